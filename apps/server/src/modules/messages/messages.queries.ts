import type { MemberRole } from '@parley/protocol/chats'
import type { Content } from '@parley/protocol/messages'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'

export interface MessageRow {
  readonly id: string
  readonly chat_id: string
  readonly seq: number
  readonly rev: number
  readonly sender_id: string
  readonly content: Content | null
  readonly mentions: string[]
  readonly edited_at: Date | null
  readonly deleted_at: Date | null
  readonly created_at: Date
  readonly reply_to: string | null
  readonly quote_sender_id: string | null
  readonly quote_content: Content | null
}

const withQuote = (query: Queries) =>
  query
    .selectFrom('messages as message')
    .leftJoin('messages as quote', 'quote.id', 'message.reply_to')
    .select([
      'message.id',
      'message.chat_id',
      'message.seq',
      'message.rev',
      'message.sender_id',
      'message.content',
      'message.mentions',
      'message.edited_at',
      'message.deleted_at',
      'message.created_at',
      'message.reply_to',
      'quote.sender_id as quote_sender_id',
      'quote.content as quote_content',
    ])

/** The messages that somebody may see now: inside one of their windows, in a chat that they are a member of (P1). */
const visible = (query: Queries, viewerId: string) =>
  withQuote(query)
    .innerJoin('chat_windows as open', (join) =>
      join.onRef('open.chat_id', '=', 'message.chat_id').on('open.user_id', '=', viewerId).on('open.to_seq', 'is', null),
    )
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('chat_windows as window')
          .select(sql.lit(1).as('one'))
          .whereRef('window.chat_id', '=', 'message.chat_id')
          .where('window.user_id', '=', viewerId)
          .whereRef('window.from_seq', '<=', 'message.seq')
          .where((where) => where.or([where('window.to_seq', 'is', null), where('window.to_seq', '>=', where.ref('message.seq'))])),
      ),
    )

export interface VisibleMessage extends MessageRow {
  readonly viewer_role: MemberRole
  readonly chat_type: 'private' | 'group'
}

/** One message with the viewer's role in its chat; undefined where it's absent or not for them. */
export function selectVisible(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage | undefined> {
  return visible(query, viewerId)
    .innerJoin('chats as chat', 'chat.id', 'message.chat_id')
    .select(['open.role as viewer_role', 'chat.type as chat_type'])
    .where('message.id', '=', messageId)
    .executeTakeFirst()
}

/** At most `limit` visible messages below `below`, the newest first. */
export const selectBelow = (query: Queries, viewerId: string, chatId: string, below: number, limit: number): Promise<MessageRow[]> =>
  visible(query, viewerId)
    .where('message.chat_id', '=', chatId)
    .where('message.seq', '<', below)
    .orderBy('message.seq', 'desc')
    .limit(limit)
    .execute()

/** At most `limit` visible messages above `above`, the oldest first. */
export const selectAbove = (query: Queries, viewerId: string, chatId: string, above: number, limit: number): Promise<MessageRow[]> =>
  visible(query, viewerId)
    .where('message.chat_id', '=', chatId)
    .where('message.seq', '>', above)
    .orderBy('message.seq', 'asc')
    .limit(limit)
    .execute()

/** What was sent or changed within a range of a chat's stream, as it is now. Found by id, since an OR of both would read the whole chat. */
export const selectTouched = (query: Queries, viewerId: string, chatId: string, from: number, to: number): Promise<MessageRow[]> => {
  const sent = query.selectFrom('messages').select('id').where('chat_id', '=', chatId).where('seq', '>', from).where('seq', '<=', to)
  const changed = query
    .selectFrom('chat_log')
    .select('target_id as id')
    .where('chat_id', '=', chatId)
    .where('seq', '>', from)
    .where('seq', '<=', to)
  return visible(query, viewerId)
    .where('message.chat_id', '=', chatId)
    .where('message.id', 'in', sent.union(changed))
    .orderBy('message.seq')
    .execute()
}

/** A page counted from the newest, and how many messages there are. */
export async function selectPage(query: Queries, viewerId: string, chatId: string, page: number, limit: number) {
  const inChat = visible(query, viewerId).where('message.chat_id', '=', chatId)
  const { total } = await query
    .selectFrom(inChat.as('seen'))
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await inChat
    .orderBy('message.seq', 'desc')
    .offset((page - 1) * limit)
    .limit(limit)
    .execute()
  return { rows, total: Number(total) }
}

/** The newest visible message of each chat. */
export async function selectNewest(query: Queries, viewerId: string, chatIds: readonly string[]): Promise<MessageRow[]> {
  if (chatIds.length === 0) return []
  return query
    .selectFrom('chats as chat')
    .innerJoinLateral(
      (inner) =>
        visible(inner as unknown as Queries, viewerId)
          .whereRef('message.chat_id', '=', sql.ref('chat.id'))
          .orderBy('message.seq', 'desc')
          .limit(1)
          .as('newest'),
      (join) => join.onTrue(),
    )
    .selectAll('newest')
    .where('chat.id', 'in', chatIds)
    .execute()
}

/** A message of one's own under its client id, whether or not one is still in the chat. */
export const selectSent = (query: Queries, senderId: string, clientId: string) =>
  withQuote(query)
    .select('message.request_hash')
    .where('message.sender_id', '=', senderId)
    .where('message.client_id', '=', clientId)
    .executeTakeFirst()

export interface QuoteRow {
  readonly id: string
  readonly sender_id: string
  readonly content: Content | null
}

export const selectQuotes = (query: Queries, ids: readonly string[]): Promise<QuoteRow[]> =>
  query.selectFrom('messages').select(['id', 'sender_id', 'content']).where('id', 'in', ids).execute()

export async function replaceContent(tx: Tx, messageId: string, rev: number, content: Content, editedAt: Date): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ content: JSON.stringify(content), edited_at: editedAt, rev })
    .where('id', '=', messageId)
    .execute()
}

/** Leaves of a message that it was there, and nothing of what it said. */
export async function eraseContent(tx: Tx, messageId: string, rev: number, deletedAt: Date): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ content: null, mentions: '[]', reply_to: null, request_hash: null, edited_at: null, deleted_at: deletedAt, rev })
    .where('id', '=', messageId)
    .execute()
}
