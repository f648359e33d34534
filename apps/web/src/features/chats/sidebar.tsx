import { ActionIcon, CloseButton, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { MessageSquarePlus, Search } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChatList } from './chat-list-view.tsx'
import { OwnMenu } from './own-menu.tsx'
import { PeopleFound } from './people-found.tsx'
import styles from './sidebar.module.css'

const NewGroupDialog = lazy(async () => ({ default: (await import('./new-group-dialog.tsx')).NewGroupDialog }))

/** My chats, the search for people, and the ways to begin something. */
export function Sidebar() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [query] = useDebouncedValue(typed.trim(), 250)
  const [groupOpen, group] = useDisclosure(false)
  return (
    <div className={styles.sidebar}>
      <header className={styles.header}>
        <OwnMenu />
        <h1 className={styles.title}>{t('chats.title')}</h1>
        <Tooltip label={t('chats.newGroup')} openDelay={400}>
          <ActionIcon variant="subtle" size={40} radius="xl" aria-label={t('chats.newGroup')} onClick={group.open}>
            <MessageSquarePlus size={20} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </header>
      <search className={styles.search}>
        <TextInput
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
          placeholder={t('chats.search')}
          aria-label={t('chats.search')}
          maxLength={100}
          radius="xl"
          variant="filled"
          leftSection={<Search size={16} aria-hidden />}
          rightSection={
            typed !== '' && <CloseButton size={28} radius="xl" aria-label={t('chats.clearSearch')} onClick={() => setTyped('')} />
          }
        />
      </search>
      {typed.trim() === '' ? <ChatList /> : <PeopleFound query={query} onPicked={() => setTyped('')} />}
      <Suspense>{groupOpen && <NewGroupDialog onClose={group.close} />}</Suspense>
    </div>
  )
}
