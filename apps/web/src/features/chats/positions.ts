/** How far everybody has come in a chat, and what of it I haven't read. No I/O. */
import type { Chat, Message } from '@parley/client'

/** Counted to here at most: it means that many or more. */
const mostCounted = 1000

export interface Position {
  readonly userId: string
  readonly deliveredSeq: number
  readonly readSeq: number
}

export const readSeqOf = (chat: Chat, userId: string): number => chat.members.find((member) => member.userId === userId)?.readSeq ?? 0

/** The chat with somebody's position moved forward; positions never go back. Whatever I have read is not unread. */
export function movePosition(chat: Chat, position: Position, myId: string): Chat {
  const members = chat.members.map((member) =>
    member.userId === position.userId
      ? {
          ...member,
          deliveredSeq: Math.max(member.deliveredSeq, position.deliveredSeq, position.readSeq),
          readSeq: Math.max(member.readSeq, position.readSeq),
        }
      : member,
  )
  const nothingLeft = position.userId === myId && position.readSeq >= (chat.lastMessage?.seq ?? 0)
  return { ...chat, members, unreadCount: nothingLeft ? 0 : chat.unreadCount }
}

/** The chat with a message counted that has just arrived; once, however often it comes. */
export function countArrival(chat: Chat, message: Message, myId: string): Chat {
  const news = message.seq > chat.lastSeq && message.seq > readSeqOf(chat, myId)
  if (!news || message.senderId === myId) return chat
  return { ...chat, unreadCount: Math.min(chat.unreadCount + 1, mostCounted) }
}

/** A chat as it was read, with the positions of `known` where those have moved on meanwhile. */
export function keepPositions(chat: Chat, known: Chat, myId: string): Chat {
  const moved = known.members.reduce((state, member) => movePosition(state, member, myId), chat)
  return readSeqOf(known, myId) > readSeqOf(chat, myId) ? { ...moved, unreadCount: known.unreadCount } : moved
}

/** The unread messages of all chats. */
export const totalUnread = (chats: readonly Chat[]): number => chats.reduce((sum, { unreadCount }) => sum + unreadCount, 0)

/** What a badge says. */
export const countLabel = (count: number): string => (count >= mostCounted ? `${mostCounted - 1}+` : String(count))
