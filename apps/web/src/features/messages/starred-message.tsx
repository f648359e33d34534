import { ActionIcon } from '@mantine/core'
import type { HistoryMessage } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { StarOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { fullTime, listTime } from '../../i18n/dates.ts'
import { useMe } from '../auth/session.ts'
import { useChat } from '../chats/chat-list.ts'
import { titleOf } from '../chats/chat-title.ts'
import { Avatar } from '../users/avatar.tsx'
import styles from './starred.module.css'

interface Props {
  message: HistoryMessage
  onUnstarred: () => void
}

/** A starred message, where it was said, and the way there. */
export function StarredMessage({ message, onUnstarred }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const chat = useChat(message.chatId)
  const unstar = useMutation({
    mutationFn: () => parley.messages.starMessage({ messageId: message.id, starred: false }),
    onSuccess: onUnstarred,
    onError: showFailure,
  })
  const { sender } = message
  // What the other person said in our private chat needs no more than their name.
  const plain = chat === undefined || (chat.type === 'private' && sender.id !== me.id)
  const where = plain ? undefined : titleOf(chat, me.id)
  return (
    <li className={styles.message}>
      <Link to="/chats/$chatId" params={{ chatId: message.chatId }} search={{ message: message.id }} className={styles.link}>
        <Avatar id={sender.id} name={sender.name} src={sender.avatar} size={40} />
        <span className={styles.body}>
          <span className={styles.top}>
            <span className={styles.who}>
              <bdi className={styles.sender}>{sender.id === me.id ? t('chats.you') : sender.name}</bdi>
              {where !== undefined && (
                <span className={styles.where}>
                  {' · '}
                  <bdi>{where}</bdi>
                </span>
              )}
            </span>
            <time className={styles.where} dateTime={message.createdAt} title={fullTime(message.createdAt)}>
              {listTime(message.createdAt)}
            </time>
          </span>
          <span className={styles.text} dir="auto">
            {message.content?.text}
          </span>
        </span>
      </Link>
      <ActionIcon
        variant="subtle"
        size={36}
        radius="xl"
        aria-label={t('actions.unstar')}
        loading={unstar.isPending}
        onClick={() => unstar.mutate()}
      >
        <StarOff size={18} aria-hidden />
      </ActionIcon>
    </li>
  )
}
