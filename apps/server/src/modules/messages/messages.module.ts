/** The door of messages. */
import type { Message } from '@parley/protocol/messages'
import type { Binding } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Streams } from '../streams/streams.module.ts'
import type { Users } from '../users/users.module.ts'
import { messagesHandlers } from './messages.handlers.ts'
import { present } from './messages.present.ts'
import { selectNewest } from './messages.queries.ts'
import { framesOf } from './send-message.ts'

export interface MessagesDeps {
  readonly database: Database
  readonly streams: Streams
  readonly users: Users
  readonly clock: Clock
  readonly settings: {
    /** How long after sending a message may be edited; 0 is forever. */
    readonly editWindowSeconds: number
  }
}

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
