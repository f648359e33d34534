import { ensure } from '../../core/errors.ts'
import type { Queries } from '../../platform/database/database.ts'
import { type HeldMessage, selectHeld, selectVisible, type VisibleMessage } from './messages.queries.ts'

/** A message that the viewer may see, or MESSAGE_NOT_FOUND, whether it's absent or not theirs (P3). */
export async function visibleMessage(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage> {
  const message = await selectVisible(query, viewerId, messageId)
  ensure(message, 'MESSAGE_NOT_FOUND')
  return message
}

/** The same, for who writes to it: NOT_REACHABLE in a private chat where one blocks the other (P4). Ask under the lock of the chat's head. */
export async function writableMessage(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage> {
  const message = await visibleMessage(query, viewerId, messageId)
  ensure(!message.blocked, 'NOT_REACHABLE')
  return message
}

/** As `visibleMessage`, also where the viewer deleted it for themselves. */
export async function heldMessage(query: Queries, viewerId: string, messageId: string): Promise<HeldMessage> {
  const message = await selectHeld(query, viewerId, messageId)
  ensure(message, 'MESSAGE_NOT_FOUND')
  return message
}
