import type { Message } from '@parley/client'
import { memo } from 'react'
import { dayName } from '../../i18n/dates.ts'
import styles from './message-log.module.css'
import { OutgoingBubble } from './outgoing-bubble.tsx'
import { StoredBubble } from './stored-bubble.tsx'
import type { Tick } from './tick.ts'
import type { TimelineItem } from './timeline.ts'

interface Props {
  item: TimelineItem
  myId: string
  inGroup: boolean
  /** How far it has come, where it's mine. */
  tick: Tick
  focusable: boolean
  onReply: (message: Message) => void
  onMenu: (message: Message, at: HTMLElement) => void
  menuOpenFor: string | undefined
}

export const TimelineRow = memo(function TimelineRow({ item, myId, inGroup, tick, focusable, onReply, onMenu, menuOpenFor }: Props) {
  if (item.kind === 'day') {
    return (
      <div className={styles.day}>
        <time dateTime={item.iso.slice(0, 10)}>{dayName(item.iso)}</time>
      </div>
    )
  }
  if (item.kind === 'outgoing') return <OutgoingBubble item={item} focusable={focusable} />
  return (
    <StoredBubble
      item={item}
      mine={item.message.senderId === myId}
      inGroup={inGroup}
      tick={tick}
      focusable={focusable}
      onReply={onReply}
      onMenu={onMenu}
      menuOpen={menuOpenFor === item.message.id}
    />
  )
})
