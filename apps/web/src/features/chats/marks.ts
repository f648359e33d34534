/** Tells the server what has reached this device, and what was read. */
import type { Chat } from '@parley/client'
import { parley } from '../../app/parley.ts'
import { acceptPosition, knownChats, myId } from './chats-query.ts'
import { MarkSender } from './mark-sender.ts'
import { recount } from './recount.ts'

const delivered = new MarkSender(async (chatId, seq) => {
  const position = await parley.messages.messageDelivered({ chatId, seq })
  acceptPosition(chatId, { ...position, userId: myId() })
})

const read = new MarkSender(async (chatId, seq) => {
  const position = await parley.messages.messageRead({ chatId, seq })
  acceptPosition(chatId, { ...position, userId: myId() })
  await recount(chatId)
})

export const markDelivered = (chatId: string, seq: number) => delivered.mark(chatId, seq)

/** Shown as read at once, so that no badge flashes up; a list that is read again tells what the server knows. */
export function markRead(chatId: string, seq: number) {
  acceptPosition(chatId, { userId: myId(), deliveredSeq: seq, readSeq: seq })
  read.mark(chatId, seq)
}

const undelivered = (chat: Chat) => {
  const own = chat.members.find(({ userId }) => userId === myId())
  const seq = chat.unreadCount > 0 ? (chat.lastMessage?.seq ?? 0) : 0
  return seq > (own?.deliveredSeq ?? 0) ? seq : undefined
}

/** What came in while this device was away has reached it with the list of chats. */
export function markListDelivered() {
  for (const chat of knownChats()) {
    const seq = undelivered(chat)
    if (seq !== undefined) markDelivered(chat.id, seq)
  }
}
