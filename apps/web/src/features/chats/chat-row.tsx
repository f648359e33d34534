import { VisuallyHidden } from '@mantine/core'
import type { Chat, Message } from '@parley/client'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { fullTime, listTime } from '../../i18n/dates.ts'
import { tickOf } from '../messages/tick.ts'
import { TickIcon } from '../messages/tick-icon.tsx'
import { usePresence } from '../presence/presence.ts'
import { isThere } from '../presence/presence-text.ts'
import { TypingLine, useTypistNames } from '../presence/typing-line.tsx'
import { Avatar } from '../users/avatar.tsx'
import { usePerson } from '../users/people.ts'
import { faceOf, partnerOf, titleOf } from './chat-title.ts'
import { countLabel } from './positions.ts'
import styles from './sidebar.module.css'

interface Props {
  chat: Chat
  myId: string
}

export const ChatRow = memo(function ChatRow({ chat, myId }: Props) {
  const { t } = useTranslation()
  const online = isThere(usePresence(partnerOf(chat, myId)?.id))
  const typists = useTypistNames(chat)
  const last = chat.lastMessage
  const time = last?.createdAt ?? chat.createdAt
  return (
    <li>
      <Link to="/chats/$chatId" params={{ chatId: chat.id }} className={styles.row} data-unread={chat.unreadCount > 0}>
        <Avatar {...faceOf(chat, myId)} size={48} online={online} />
        <span className={styles.rowText}>
          <span className={styles.rowTop}>
            <span className={styles.name}>
              <bdi>{titleOf(chat, myId)}</bdi>
              {online && <VisuallyHidden>{t('presence.online')}</VisuallyHidden>}
            </span>
            <span className={styles.stamp}>
              {last?.senderId === myId && last.content !== null && <TickIcon tick={tickOf(chat, last)} size={16} />}
              <time className={styles.time} dateTime={time} title={fullTime(time)}>
                {listTime(time)}
              </time>
            </span>
          </span>
          <span className={styles.rowBottom}>
            <span className={styles.preview} dir="auto">
              {typists.length > 0 ? (
                <TypingLine names={typists} />
              ) : last === null ? (
                <span className={styles.italic}>{t('chats.noMessages')}</span>
              ) : (
                <Preview message={last} chat={chat} myId={myId} />
              )}
            </span>
            {chat.unreadCount > 0 && <UnreadBadge count={chat.unreadCount} />}
          </span>
        </span>
      </Link>
    </li>
  )
})

function UnreadBadge({ count }: { count: number }) {
  const { t } = useTranslation()
  return (
    <span className={styles.badge}>
      <span aria-hidden="true">{countLabel(count)}</span>
      <VisuallyHidden>{t('chats.unread', { count })}</VisuallyHidden>
    </span>
  )
}

/** The last message in one line, with who said it where that isn't plain. */
function Preview({ message, chat, myId }: Props & { message: Message }) {
  const { t } = useTranslation()
  const sender = usePerson(message.senderId)
  const mine = message.senderId === myId
  const firstName = sender?.name.split(/\s+/u)[0]
  const said = mine ? t('chats.you') : chat.type === 'group' ? firstName : undefined
  return (
    <>
      {said !== undefined && (
        <span className={styles.sender}>
          <bdi>{said}</bdi>:{' '}
        </span>
      )}
      {message.content === null ? <span className={styles.italic}>{t('chats.deletedMessage')}</span> : message.content.text}
    </>
  )
}
