import { memo } from 'react'
import { dayName } from '../../i18n/dates.ts'
import styles from './message-log.module.css'
import type { MessageTools, Opened } from './message-tools.ts'
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
  starred: boolean
  tools: MessageTools
  /** What is open for this message. */
  opened: Opened | undefined
}

export const TimelineRow = memo(function TimelineRow({ item, myId, ...row }: Props) {
  if (item.kind === 'day') {
    return (
      <div className={styles.day}>
        <time dateTime={item.iso.slice(0, 10)}>{dayName(item.iso)}</time>
      </div>
    )
  }
  if (item.kind === 'outgoing') return <OutgoingBubble item={item} focusable={row.focusable} onJump={row.tools.jump} />
  return <StoredBubble item={item} mine={item.message.senderId === myId} {...row} />
})
