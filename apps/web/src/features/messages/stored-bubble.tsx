import { Star } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { clockTime, fullTime } from '../../i18n/dates.ts'
import { Avatar } from '../users/avatar.tsx'
import { usePerson } from '../users/people.ts'
import { inkOf } from '../users/person-colour.ts'
import styles from './bubble.module.css'
import { Bubble } from './bubble.tsx'
import { LinkedText } from './linked-text.tsx'
import { MessageActions } from './message-actions.tsx'
import type { MessageTools, Opened } from './message-tools.ts'
import { Quote } from './quote.tsx'
import { ReactionChips } from './reaction-chips.tsx'
import type { Tick } from './tick.ts'
import { TickIcon } from './tick-icon.tsx'
import type { StoredItem } from './timeline.ts'

interface Props {
  item: StoredItem
  mine: boolean
  inGroup: boolean
  tick: Tick
  focusable: boolean
  starred: boolean
  tools: MessageTools
  opened: Opened | undefined
}

/** A message as the server has it. */
export function StoredBubble({ item, mine, inGroup, tick, focusable, starred, tools, opened }: Props) {
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
      actions={message.content !== null && <MessageActions message={message} focusable={focusable} tools={tools} opened={opened} />}
      below={message.reactions.length > 0 && <ReactionChips message={message} focusable={focusable} />}
    >
      {withFace && item.first && (
        <div className={styles.sender} style={{ color: inkOf(message.senderId) }}>
          <bdi>{name}</bdi>
        </div>
      )}
      {message.replyTo !== null && message.content !== null && <Quote quote={message.replyTo} focusable={focusable} onJump={tools.jump} />}
      <div className={styles.text} dir="auto">
        {message.content === null ? <i className={styles.deleted}>{t('messages.deleted')}</i> : <LinkedText text={message.content.text} />}
      </div>
      <div className={styles.meta}>
        {starred && <Star size={13} fill="currentColor" role="img" aria-label={t('messages.starred')} />}
        {message.editedAt !== null && message.content !== null && <span title={fullTime(message.editedAt)}>{t('messages.edited')}</span>}
        <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
          {clockTime(message.createdAt)}
        </time>
        {mine && message.content !== null && <TickIcon tick={tick} />}
      </div>
    </Bubble>
  )
}
