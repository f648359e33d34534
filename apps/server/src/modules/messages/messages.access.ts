import { ensure } from '../../core/errors.ts'
import type { Queries } from '../../platform/database/database.ts'
import { selectHead, selectVisible, type VisibleMessage } from './messages.queries.ts'

/** A message that the viewer may see, or MESSAGE_NOT_FOUND, whether it's absent or not theirs (P3). */
export async function visibleMessage(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage> {
  const message = await selectVisible(query, viewerId, messageId)
  ensure(message, 'MESSAGE_NOT_FOUND')
  return message
}

/** How far the stream of a chat that the viewer is in has come, or CHAT_NOT_FOUND. */
export async function readableChat(query: Queries, viewerId: string, chatId: string): Promise<number> {
  const lastSeq = await selectHead(query, viewerId, chatId)
  ensure(lastSeq !== undefined, 'CHAT_NOT_FOUND')
  return lastSeq as number
}
