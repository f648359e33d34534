import { ActionIcon, VisuallyHidden } from '@mantine/core'
import type { Chat } from '@parley/client'
import { Link, useParams } from '@tanstack/react-router'
import { BellOff, Ellipsis, Pin } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime, listTime } from '../../i18n/dates.ts'
import { tickOf } from '../messages/tick.ts'
import { TickIcon } from '../messages/tick-icon.tsx'
import { usePresence } from '../presence/presence.ts'
import { isThere } from '../presence/presence-text.ts'
import { Avatar } from '../users/avatar.tsx'
import { ChatPreview } from './chat-preview.tsx'
import { faceOf, partnerOf, titleOf } from './chat-title.ts'
import { isMuted } from './mute.ts'
import styles from './sidebar.module.css'
import { countLabel } from './unread.ts'

interface Props {
  chat: Chat
  myId: string
  onMenu: (chatId: string, from: HTMLElement) => void
  menuOpen: boolean
}

export const ChatRow = memo(function ChatRow({ chat, myId, onMenu, menuOpen }: Props) {
  const { t } = useTranslation()
  const { chatId: openChatId } = useParams({ strict: false })
  const online = isThere(usePresence(partnerOf(chat, myId)?.id))
  const title = titleOf(chat, myId)
  const muted = isMuted(chat.mySettings, new Date())
  return (
    <li
      className={styles.item}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(chat.id, event.currentTarget.querySelector('a') ?? event.currentTarget)
      }}
    >
      <Link to="/chats/$chatId" params={{ chatId: chat.id }} className={styles.row} data-unread={chat.unreadCount > 0 && !muted}>
        <Avatar {...faceOf(chat, myId)} size={48} online={online} />
        <span className={styles.rowText}>
          <span className={styles.rowTop}>
            <span className={styles.name}>
              <bdi>{title}</bdi>
              {online && <VisuallyHidden>{t('presence.online')}</VisuallyHidden>}
            </span>
            <Stamp chat={chat} myId={myId} muted={muted} />
          </span>
          <span className={styles.rowBottom}>
            <span className={styles.preview} dir="auto">
              <ChatPreview chat={chat} myId={myId} open={openChatId === chat.id} />
            </span>
            {chat.unreadCount > 0 && <UnreadBadge count={chat.unreadCount} muted={muted} />}
          </span>
        </span>
      </Link>
      <ActionIcon
        variant="default"
        size={28}
        radius="xl"
        className={styles.more}
        aria-label={t('chatMenu.openFor', { name: title })}
        aria-haspopup="menu"
        aria-expanded={menuOpen}
        onClick={(event) => onMenu(chat.id, event.currentTarget)}
      >
        <Ellipsis size={16} aria-hidden />
      </ActionIcon>
    </li>
  )
})

/** What stands beside the name: muted, pinned, how far my last message has come, and when it was. */
function Stamp({ chat, myId, muted }: { chat: Chat; myId: string; muted: boolean }) {
  const { t } = useTranslation()
  const last = chat.lastMessage
  const time = last?.createdAt ?? chat.createdAt
  return (
    <span className={styles.stamp}>
      {muted && <BellOff size={14} className={styles.mark} role="img" aria-label={t('chatMenu.muted')} />}
      {chat.mySettings.pinnedAt !== null && <Pin size={14} className={styles.mark} role="img" aria-label={t('chatMenu.pinned')} />}
      {last?.senderId === myId && last.content !== null && <TickIcon tick={tickOf(chat, last)} size={16} />}
      <time className={styles.time} dateTime={time} title={fullTime(time)}>
        {listTime(time)}
      </time>
    </span>
  )
}

function UnreadBadge({ count, muted }: { count: number; muted: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={styles.badge} data-muted={muted}>
      <span aria-hidden="true">{countLabel(count)}</span>
      <VisuallyHidden>{t('chats.unread', { count })}</VisuallyHidden>
    </span>
  )
}
