import { ActionIcon, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { ArrowLeft, MessageSquarePlus, Search } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChatList } from './chat-list-view.tsx'
import { OwnMenuButton } from './own-menu-button.tsx'
import { PeopleFound } from './people-found.tsx'
import styles from './sidebar.module.css'

const NewGroupDialog = lazy(async () => ({ default: (await import('./new-group-dialog.tsx')).NewGroupDialog }))

/** My chats, the search for people, and the ways to begin something. */
export function Sidebar() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [query] = useDebouncedValue(typed.trim(), 250)
  const [archiveOpen, archive] = useDisclosure(false)
  return (
    <div className={styles.sidebar}>
      {archiveOpen ? <ArchiveHeader onClose={archive.close} /> : <Header />}
      {!archiveOpen && (
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
      )}
      {typed.trim() === '' ? (
        <ChatList archived={archiveOpen} onOpenArchive={archive.open} />
      ) : (
        <PeopleFound query={query} onPicked={() => setTyped('')} />
      )}
    </div>
  )
}

function Header() {
  const { t } = useTranslation()
  const [groupOpen, group] = useDisclosure(false)
  return (
    <header className={styles.header}>
      <OwnMenuButton />
      <h1 className={styles.title}>{t('chats.title')}</h1>
      <ActionIcon variant="subtle" size={40} radius="xl" aria-label={t('chats.newGroup')} title={t('chats.newGroup')} onClick={group.open}>
        <MessageSquarePlus size={20} aria-hidden />
      </ActionIcon>
      <Suspense>{groupOpen && <NewGroupDialog onClose={group.close} />}</Suspense>
    </header>
  )
}

function ArchiveHeader({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <header className={styles.header}>
      <ActionIcon variant="subtle" size={40} radius="xl" aria-label={t('chats.leaveArchive')} onClick={onClose} autoFocus>
        <ArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <h1 className={styles.title}>{t('chats.archived')}</h1>
    </header>
  )
}
