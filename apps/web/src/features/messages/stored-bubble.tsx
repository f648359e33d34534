import type { Message } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { clockTime, fullTime } from '../../i18n/dates.ts'
import { Avatar } from '../users/avatar.tsx'
import { usePerson } from '../users/people.ts'
import { inkOf } from '../users/person-colour.ts'
import styles from './bubble.module.css'
import { Bubble } from './bubble.tsx'
import { LinkedText } from './linked-text.tsx'
import { MessageActions } from './message-actions.tsx'
import { Quote } from './quote.tsx'
import type { Tick } from './tick.ts'
import { TickIcon } from './tick-icon.tsx'
import type { StoredItem } from './timeline.ts'

interface Props {
  item: StoredItem
  mine: boolean
  inGroup: boolean
  tick: Tick
  focusable: boolean
  onReply: (message: Message) => void
  onMenu: (message: Message, at: HTMLElement) => void
  menuOpen: boolean
}

/** A message as the server has it. */
export function StoredBubble({ item, mine, inGroup, tick, focusable, onReply, onMenu, menuOpen }: Props) {
  const { t } = useTranslation()
  const { message } = item
  const sender = usePerson(message.senderId)
  const name = sender?.name ?? t('chats.unknownPerson')
  const withFace = inGroup && !mine
  return (
    <Bubble
      item={item}
      mine={mine}
      focusable={focusable}
      label={t('messages.from', { name: mine ? t('chats.you') : name, time: clockTime(message.createdAt) })}
      face={
        withFace &&
        (item.last ? (
          <Avatar id={message.senderId} name={name} src={sender?.avatar ?? null} size={32} />
        ) : (
          <span className={styles.noFace} />
        ))
      }
      actions={
        message.content !== null && (
          <MessageActions message={message} focusable={focusable} onReply={onReply} onMenu={onMenu} menuOpen={menuOpen} />
        )
      }
    >
      {withFace && item.first && (
        <div className={styles.sender} style={{ color: inkOf(message.senderId) }}>
          <bdi>{name}</bdi>
        </div>
      )}
      {message.replyTo !== null && message.content !== null && <Quote quote={message.replyTo} />}
      <div className={styles.text} dir="auto">
        {message.content === null ? <i className={styles.deleted}>{t('messages.deleted')}</i> : <LinkedText text={message.content.text} />}
      </div>
      <div className={styles.meta}>
        {message.editedAt !== null && message.content !== null && <span title={fullTime(message.editedAt)}>{t('messages.edited')}</span>}
        <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
          {clockTime(message.createdAt)}
        </time>
        {mine && message.content !== null && <TickIcon tick={tick} />}
      </div>
    </Bubble>
  )
}
