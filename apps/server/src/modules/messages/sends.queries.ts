import type { Content } from '@parley/protocol/messages'
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
  /** The version of who may read the chat, as of the same moment. */
  readonly access: number
}

export const selectQuotes = (query: Queries, ids: readonly string[]): Promise<QuoteRow[]> =>
  query
    .selectFrom('messages as message')
    .innerJoin('chat_heads as head', 'head.chat_id', 'message.chat_id')
    .select(['message.id', 'message.seq', 'message.sender_id', 'message.content', 'head.access'])
    .where('message.id', 'in', ids)
    .execute()

export interface RefillRow extends MessageRow {
  readonly client_id: string
}

/** What was sent or changed in a span of a chat's stream, as it is now. Found by id, as an OR of both would read the whole chat. */
export function selectForRefill(query: Queries, { chatId, from, to }: { chatId: string; from: number; to: number }): Promise<RefillRow[]> {
  const sent = query.selectFrom('messages').select('id').where('chat_id', '=', chatId).where('seq', '>', from).where('seq', '<=', to)
  const changed = query
    .selectFrom('chat_log')
    .select('target_id as id')
    .where('chat_id', '=', chatId)
    .where('seq', '>', from)
    .where('seq', '<=', to)
  return messagesForFrames(query)
    .select('message.client_id')
    .where('message.chat_id', '=', chatId)
    .where('message.id', 'in', sent.union(changed))
    .execute()
}
