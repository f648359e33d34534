/** The door of messages. */
import type { Message } from '@parley/protocol/messages'
import type { Binding } from '../../core/call.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { messagesHandlers } from './messages.handlers.ts'
import { present } from './messages.present.ts'
import { selectNewest } from './messages.queries.ts'
import { framesOf } from './send-message.ts'

export interface Messages {
  readonly bindings: Binding[]
  /** The newest message of each chat that the viewer may see, by chat. */
  newest(viewerId: string, chatIds: readonly string[]): Promise<Map<string, Message>>
}

export function createMessages(deps: MessagesDeps): Messages {
  const send = deps.streams.acceptSends((stored) => framesOf(deps.database.query, stored))
  return {
    bindings: messagesHandlers(deps, send),
    newest: async (viewerId, chatIds) => {
      const rows = await selectNewest(deps.database.query, viewerId, chatIds)
      return new Map(rows.map((row) => [row.chat_id, present(row)]))
    },
  }
}
