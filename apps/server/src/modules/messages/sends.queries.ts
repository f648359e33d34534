import type { Content } from '@parley/protocol/messages'
import type { Queries } from '../../platform/database/database.ts'
import { messagesFor } from './messages.queries.ts'

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
