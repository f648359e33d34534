import { ensure } from '../../core/errors.ts'
import type { Queries } from '../../platform/database/database.ts'
import { selectVisible, type VisibleMessage } from './messages.queries.ts'

/** A message that the viewer may see, or MESSAGE_NOT_FOUND, whether it's absent or not theirs (P3). */
export async function visibleMessage(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage> {
  const message = await selectVisible(query, viewerId, messageId)
  ensure(message, 'MESSAGE_NOT_FOUND')
  return message
}
