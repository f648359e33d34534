import type { Content } from '@parley/protocol/messages'
import { sql } from 'kysely'
import type { Queries } from '../../platform/database/database.ts'
import { type MessageRow, messagesFor, messagesForFrames } from './messages.queries.ts'

/** A message of one's own under its client id, whether or not one is still in the chat. */
export const selectSent = (query: Queries, senderId: string, clientId: string) =>
  messagesFor(query, senderId)
    .select('message.request_hash')
    .where('message.sender_id', '=', senderId)
    .where('message.client_id', '=', clientId)
    .executeTakeFirst()

export interface QuoteRow {
  readonly id: string
  readonly seq: number
  readonly sender_id: string
  readonly content: Content | null
}

export const selectQuotes = (query: Queries, ids: readonly string[]): Promise<QuoteRow[]> =>
  query.selectFrom('messages').select(['id', 'seq', 'sender_id', 'content']).where('id', 'in', ids).execute()

export interface RefillRow extends MessageRow {
  readonly client_id: string
}

/** What was sent in a span of a chat's stream, and the messages named, as they are now. */
export const selectForRefill = (
  query: Queries,
  { chatId, from, to }: { chatId: string; from: number; to: number },
  ids: readonly string[],
): Promise<RefillRow[]> =>
  messagesForFrames(query)
    .select('message.client_id')
    .where('message.chat_id', '=', chatId)
    .where(({ and, or, eb }) =>
      or([and([eb('message.seq', '>', from), eb('message.seq', '<=', to)]), eb('message.id', '=', sql<string>`any(${ids})`)]),
    )
    .execute()
