/** The door of messages. */
import type { Message } from '@parley/protocol/messages'
import type { Binding } from '../../core/call.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { OwnReaders, Refill } from '../streams/streams.module.ts'
import { markReaders } from './marks.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { messagesHandlers } from './messages.handlers.ts'
import { present } from './messages.present.ts'
import { selectBelow, selectNewest, selectTouched } from './messages.queries.ts'
import { type PositionRow, type Standing, selectPositions, selectStandings } from './positions.queries.ts'
import { createPositions, positionReader } from './positions.ts'
import { messagesRefill } from './refill.ts'
import { framesOf } from './send-message.ts'

export { PositionNews } from './position-news.ts'
export type { Standing } from './positions.queries.ts'

export interface Messages {
  readonly bindings: Binding[]
  /** How what is here for one person alone reads in their own stream. */
  readonly ownReaders: Pick<OwnReaders, 'position' | 'star' | 'hidden'>
  /** How what happened to messages is told again. */
  readonly refill: Refill
  /** The newest message of each chat that the viewer may see, by chat. */
  newest(viewerId: string, chatIds: readonly string[]): Promise<Map<string, Message>>
  /** How far the present members of these chats have come. Inside a transaction, hand in its `tx`. */
  positions(chatIds: readonly string[], query?: Queries): Promise<PositionRow[]>
  /** By chat, where the viewer stands: the end of the stream and what they haven't read, at one moment. Only chats that they are in. */
  standings(viewerId: string, chatIds: readonly string[]): Promise<Map<string, Standing>>
  /** Writes the positions that are still in memory, before the server goes down. */
  flush(): Promise<unknown>
  /** What the viewer may see of what was sent or changed in a range of a chat's stream, once each, as it is now. */
  touched(viewerId: string, chatId: string, from: number, to: number): Promise<Message[]>
  /** The newest messages of a chat that the viewer may see, in order. */
  latest(viewerId: string, chatId: string, count: number): Promise<Message[]>
}

export function createMessages(deps: MessagesDeps): Messages {
  const send = deps.streams.acceptSends((stored) => framesOf(deps.database.query, stored))
  const positions = createPositions(deps)
  return {
    bindings: messagesHandlers(deps, send, positions),
    ownReaders: { position: positionReader(deps.database), ...markReaders(deps.database) },
    refill: messagesRefill(deps.database.query),
    flush: positions.flush,
    positions: async (chatIds, query = deps.database.query) => (chatIds.length === 0 ? [] : selectPositions(query, chatIds)),
    standings: async (viewerId, chatIds) => {
      const rows = await selectStandings(
        deps.database.query,
        chatIds.map((chatId) => ({ userId: viewerId, chatId })),
      )
      return new Map(rows.map((row) => [row.chat_id, row]))
    },
    newest: async (viewerId, chatIds) => {
      const rows = await selectNewest(deps.database.query, viewerId, chatIds)
      return new Map(rows.map((row) => [row.chat_id, present(row)]))
    },
    touched: async (viewerId, chatId, from, to) => (await selectTouched(deps.database.query, viewerId, chatId, from, to)).map(present),
    latest: async (viewerId, chatId, count) =>
      (await selectBelow(deps.database.query, viewerId, chatId, Number.MAX_SAFE_INTEGER, count)).reverse().map(present),
  }
}
