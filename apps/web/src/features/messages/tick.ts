/** How far a message of mine has come. No I/O. */
import type { Chat, Message } from '@parley/client'

export type Tick = 'sent' | 'delivered' | 'read'

/** The least that all others have reached: of a private chat the other person, of a group everybody who was in it when it was sent. */
export function tickOf(chat: Chat, message: Message): Tick {
  const others = chat.members.filter(({ userId, joinedAt }) => userId !== message.senderId && joinedAt <= message.createdAt)
  if (others.length === 0) return 'sent'
  if (others.every(({ readSeq }) => readSeq >= message.seq)) return 'read'
  return others.every(({ deliveredSeq }) => deliveredSeq >= message.seq) ? 'delivered' : 'sent'
}
