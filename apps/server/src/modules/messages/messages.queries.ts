import type { MemberRole } from '@parley/protocol/chats'
import type { Content } from '@parley/protocol/messages'
import { sql } from 'kysely'
import type { Queries } from '../../platform/database/database.ts'

export interface ReactionRow {
  readonly emoji: string
  readonly userId: string
  /** As JSON has it: ISO 8601 with the offset of the connection's time zone. */
  readonly createdAt: string
}

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
  readonly quote_seq: number | null
  /** null as well where it's not for the reader. */
  readonly quote_content: Content | null
  /** In the order in which they were made, which is that of the stream. */
  readonly reactions: ReactionRow[]
}

/** Messages with what they quote and the reactions to them; what the quote says is for the caller to select. */
const messages = (query: Queries) =>
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
      'quote.seq as quote_seq',
      sql<ReactionRow[]>`(
        select coalesce(jsonb_agg(jsonb_build_object('emoji', emoji, 'userId', user_id, 'createdAt', created_at) order by created_at), '[]')
        from message_reactions where message_id = message.id
      )`.as('reactions'),
    ])

/** With what a quote says only where one of the reader's windows holds the quoted message (P1). Whoever hid that for themselves still reads it in others' words. */
export const messagesFor = (query: Queries, readerId: string) =>
  messages(query).select(
    sql<Content | null>`case when exists (
      select from chat_windows seen
      where seen.chat_id = quote.chat_id and seen.user_id = ${readerId}
        and seen.from_seq <= quote.seq and (seen.to_seq is null or seen.to_seq >= quote.seq)
    ) then quote.content end`.as('quote_content'),
  )

/** With all that quotes say, for frames: who may read it is their audience. */
export const messagesForFrames = (query: Queries) => messages(query).select('quote.content as quote_content')

/** The messages of somebody's windows, in chats that they are a member of (P1), also those that they hid. */
const held = (query: Queries, viewerId: string) =>
  messagesFor(query, viewerId)
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

/** What they see of these: not what they deleted for themselves. */
export const visible = (query: Queries, viewerId: string) =>
  held(query, viewerId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('hidden_messages as hidden')
            .select(sql.lit(1).as('one'))
            .where('hidden.user_id', '=', viewerId)
            .whereRef('hidden.message_id', '=', 'message.id'),
        ),
      ),
    )
    .select(
      // Looked up row by row: for an EXISTS all that somebody ever starred may be read.
      sql<boolean>`message.deleted_at is null and (
        select true from message_stars star where star.user_id = ${viewerId} and star.message_id = message.id
      ) is true`.as('starred'),
    )

export interface HistoryRow extends MessageRow {
  readonly starred: boolean
}

/** A message with the viewer's place in its chat. */
export interface HeldMessage extends MessageRow {
  readonly viewer_role: MemberRole
  readonly chat_type: 'private' | 'group'
}

export interface VisibleMessage extends HeldMessage, HistoryRow {
  /** Of a private chat: one of the two blocks the other, so nobody writes there (P4). */
  readonly blocked: boolean
}

/** One message with the viewer's role in its chat; undefined where it's absent or not for them. */
export function selectVisible(query: Queries, viewerId: string, messageId: string): Promise<VisibleMessage | undefined> {
  return visible(query, viewerId)
    .innerJoin('chats as chat', 'chat.id', 'message.chat_id')
    .select(['open.role as viewer_role', 'chat.type as chat_type'])
    .select(
      sql<boolean>`chat.type = 'private' and exists (
        select from chat_windows one
        join chat_windows other using (chat_id)
        join user_blocks block on block.blocker_id = one.user_id and block.blocked_id = other.user_id
        where one.chat_id = chat.id
      )`.as('blocked'),
    )
    .where('message.id', '=', messageId)
    .executeTakeFirst()
}

/** The same, also where the viewer hid it. */
export function selectHeld(query: Queries, viewerId: string, messageId: string): Promise<HeldMessage | undefined> {
  return held(query, viewerId)
    .innerJoin('chats as chat', 'chat.id', 'message.chat_id')
    .select(['open.role as viewer_role', 'chat.type as chat_type'])
    .where('message.id', '=', messageId)
    .executeTakeFirst()
}

/** At most `limit` visible messages below `below`, the newest first. */
export const selectBelow = (query: Queries, viewerId: string, chatId: string, below: number, limit: number): Promise<HistoryRow[]> =>
  visible(query, viewerId)
    .where('message.chat_id', '=', chatId)
    .where('message.seq', '<', below)
    .orderBy('message.seq', 'desc')
    .limit(limit)
    .execute()

/** At most `limit` visible messages above `above`, the oldest first. */
export const selectAbove = (query: Queries, viewerId: string, chatId: string, above: number, limit: number): Promise<HistoryRow[]> =>
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
