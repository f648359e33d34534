import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Chat } from '@parley/client'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, UsersRound } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../auth/session.ts'
import { faceOf, partnerOf, titleOf } from '../chats/chat-title.ts'
import { type Presence, usePresence } from '../presence/presence.ts'
import { isThere, presenceText } from '../presence/presence-text.ts'
import { TypingLine, useTypistNames } from '../presence/typing-line.tsx'
import { Avatar } from '../users/avatar.tsx'
import styles from './conversation.module.css'
import { ConversationOptions } from './conversation-options.tsx'

const MembersDialog = lazy(async () => ({ default: (await import('../chats/members-dialog.tsx')).MembersDialog }))

export function ConversationHeader({ chat, blocked }: { chat: Chat; blocked: boolean }) {
  const { t } = useTranslation()
  const me = useMe()
  const presence = usePresence(partnerOf(chat, me.id)?.id)
  const typists = useTypistNames(chat)
  const [membersOpen, members] = useDisclosure(false)
  return (
    <header className={styles.header}>
      <ActionIcon component={Link} to="/" variant="subtle" size={40} radius="xl" className={styles.back} aria-label={t('chats.back')}>
        <ArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <Avatar {...faceOf(chat, me.id)} size={42} online={isThere(presence)} />
      <div className={styles.titles}>
        <h1 className={styles.title}>
          <bdi>{titleOf(chat, me.id)}</bdi>
        </h1>
        <p className={styles.subtitle}>
          {typists.length > 0 ? <TypingLine names={typists} /> : <Subtitle chat={chat} myId={me.id} presence={presence} />}
        </p>
      </div>
      {chat.type === 'group' && (
        <>
          <ActionIcon variant="subtle" size={40} radius="xl" aria-label={t('group.info')} title={t('group.info')} onClick={members.open}>
            <UsersRound size={20} aria-hidden />
          </ActionIcon>
          <Suspense>{membersOpen && <MembersDialog chat={chat} onClose={members.close} />}</Suspense>
        </>
      )}
      <ConversationOptions chat={chat} blocked={blocked} />
    </header>
  )
}

/** Of a group the number and the names, of a person whether they are there, else the username. */
function Subtitle({ chat, myId, presence }: { chat: Chat; myId: string; presence: Presence | undefined }) {
  const { t } = useTranslation()
  if (chat.type === 'private') return presenceText(presence) ?? `@${partnerOf(chat, myId)?.username ?? ''}`
  const names = chat.members.filter(({ userId }) => userId !== myId).map(({ user }) => user.name)
  return [t('chats.members', { count: chat.members.length }), names.slice(0, 8).join(', ')].filter((part) => part !== '').join(' · ')
}
