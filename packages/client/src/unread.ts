/** How many messages of a chat I haven't read: what the server counted, and what came, went or was read since (S2). No I/O. */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'

export interface Unread {
  readonly readSeq: number
  /** How many of the messages up to `asOf` are unread; which ones isn't known. */
  readonly earlier: number
  readonly asOf: number
  /** The unread messages above `asOf`: their places, by id. */
  readonly later: ReadonlyMap<string, number>
  /** Something happened to the earlier ones that can't be counted from here: ask. */
  readonly uncertain: boolean
  /** The last number of the stream that made it so: who counted before that number doesn't know of it. */
  readonly doubtedAt: number
}

/** The server counts no further. */
const most = 1000

export const nothingUnread: Unread = { readSeq: 0, earlier: 0, asOf: 0, later: new Map(), uncertain: false, doubtedAt: 0 }

export const unreadCount = ({ earlier, later }: Unread): number => Math.min(most, earlier + later.size)

const above = (later: Unread['later'], seq: number) => new Map([...later].filter(([, place]) => place > seq))

/** A message that is new to this device. */
export function arrived(unread: Unread, { id, seq, senderId, content }: Message, userId: string): Unread {
  if (senderId === userId || content === null || seq <= Math.max(unread.asOf, unread.readSeq)) return unread
  return { ...unread, later: new Map(unread.later).set(id, seq) }
}

/** A message was deleted, for everyone by number `rev` of the stream; `known` is what it was, where that is known. */
export function vanished(unread: Unread, id: string, rev: number, known: Message | undefined, userId: string): Unread {
  if (unread.later.has(id)) return { ...unread, later: new Map([...unread.later].filter(([each]) => each !== id)) }
  if (unread.earlier === 0 || rev <= unread.asOf) return unread
  // The server may have counted before or after, also where it's known as deleted already.
  const wasCounted = known === undefined || (known.senderId !== userId && known.seq > unread.readSeq)
  if (!wasCounted) return unread
  return { ...unread, uncertain: true, doubtedAt: Number.isFinite(rev) ? Math.max(rev, unread.doubtedAt) : unread.doubtedAt }
}

/** I have read everything up to `seq`; `loaded` are all messages from `oldestSeq` on. */
export function readUpTo(unread: Unread, seq: number, loaded: readonly Message[], oldestSeq: number, userId: string): Unread {
  if (seq <= unread.readSeq) return unread
  const moved = { ...unread, readSeq: seq, later: above(unread.later, seq) }
  if (unread.earlier === 0 || seq >= unread.asOf) return { ...moved, earlier: 0 }
  if (oldestSeq > seq + 1) return { ...moved, uncertain: true }
  const left = loaded.filter((message) => message.seq > seq && message.seq <= unread.asOf)
  return { ...moved, earlier: left.filter(({ senderId, content }) => senderId !== userId && content !== null).length }
}

/** The server counted, as the chat was at number `asOf` of its stream and I had read up to `readSeq`. */
export function recounted(unread: Unread, counted: { count: number; asOf: number; readSeq: number }): Unread {
  const { count, asOf, readSeq } = counted
  const later = above(unread.later, Math.max(asOf, readSeq))
  // What the server hasn't been told yet, it counts as unread; and what it knows from before is no answer to a doubt.
  if (readSeq < unread.readSeq) return unread.readSeq >= asOf ? { ...unread, uncertain: false, earlier: 0, asOf, later } : unread
  if (asOf < unread.asOf) return unread
  return { ...unread, uncertain: asOf < unread.doubtedAt, readSeq, earlier: count, asOf, later }
}

/** How far somebody has read in a chat. */
export const readSeqOf = (chat: Chat, userId: string): number => chat.members.find((member) => member.userId === userId)?.readSeq ?? 0
