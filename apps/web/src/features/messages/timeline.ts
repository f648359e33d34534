/** What a conversation shows, from top to bottom: days, messages in groups, and what is on its way. No I/O. */
import type { Message, OutgoingMessage } from '@parley/client'
import { sameDay } from '../../i18n/dates.ts'

/** Messages of one person at most this far apart stand together. */
const groupMs = 5 * 60_000

interface Placed {
  readonly key: string
  /** First and last of a group of one person's messages. */
  readonly first: boolean
  readonly last: boolean
}

export interface DayItem {
  readonly kind: 'day'
  readonly key: string
  readonly iso: string
}

export interface StoredItem extends Placed {
  readonly kind: 'stored'
  readonly message: Message
}

export interface OutgoingItem extends Placed {
  readonly kind: 'outgoing'
  readonly message: OutgoingMessage
}

export type TimelineItem = DayItem | StoredItem | OutgoingItem

interface Entry {
  readonly senderId: string
  readonly createdAt: string
}

const together = (one: Entry | undefined, other: Entry | undefined) =>
  one !== undefined &&
  other !== undefined &&
  one.senderId === other.senderId &&
  sameDay(one.createdAt, other.createdAt) &&
  Math.abs(Date.parse(other.createdAt) - Date.parse(one.createdAt)) <= groupMs

interface Sources {
  readonly messages: readonly Message[]
  readonly outgoing: readonly OutgoingMessage[]
  readonly myId: string
  /** The element key of a stored message. */
  readonly keyOf: (messageId: string) => string
}

export function timelineOf({ messages, outgoing, myId, keyOf }: Sources): TimelineItem[] {
  const entries = [
    ...messages.map((message) => ({ ...message, item: { kind: 'stored' as const, key: keyOf(message.id), message } })),
    ...outgoing.map((message) => ({ ...message, senderId: myId, item: { kind: 'outgoing' as const, key: message.tempId, message } })),
  ]
  return entries.flatMap((entry, index) => {
    const previous = entries[index - 1]
    const item = { ...entry.item, first: !together(previous, entry), last: !together(entry, entries[index + 1]) }
    if (previous !== undefined && sameDay(previous.createdAt, entry.createdAt)) return [item]
    return [{ kind: 'day' as const, key: `day ${entry.createdAt.slice(0, 10)} ${item.key}`, iso: entry.createdAt }, item]
  })
}
