/** What somebody does with messages for themselves alone: keeps them at hand, or takes them out of their own sight. */
import { sql } from 'kysely'
import type { Place } from '../../core/places.ts'
import type { Queries, Tx } from '../../platform/database/database.ts'
import { type HistoryRow, visible } from './messages.queries.ts'

/** false where it was so already. */
export async function insertStar(tx: Tx, userId: string, messageId: string, starredAt: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('message_stars')
    .values({ user_id: userId, message_id: messageId, starred_at: starredAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** false where there was none. */
export async function deleteStar(tx: Tx, userId: string, messageId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('message_stars')
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** false where it was hidden already. */
export async function insertHidden(tx: Tx, userId: string, messageId: string, hiddenAt: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('hidden_messages')
    .values({ user_id: userId, message_id: messageId, hidden_at: hiddenAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** What somebody starred and may still see, the latest starred first, from behind a place in that order. */
export function selectStarred(
  query: Queries,
  viewerId: string,
  after: Place | null,
  limit: number,
): Promise<(HistoryRow & { starred_text: string })[]> {
  const starred = visible(query, viewerId)
    .innerJoin('message_stars as mark', (join) => join.onRef('mark.message_id', '=', 'message.id').on('mark.user_id', '=', viewerId))
    .where('message.deleted_at', 'is', null)
    // Microseconds as text, since a Date would round them and the order would lose its place.
    .select(sql<string>`to_char(mark.starred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('starred_text'))
    .orderBy('mark.starred_at', 'desc')
    .orderBy('mark.message_id', 'desc')
    .limit(limit)
  if (after === null) return starred.execute()
  return starred.where(sql<boolean>`(mark.starred_at, mark.message_id) < (${after.at}::timestamptz, ${after.id}::uuid)`).execute()
}

export interface StarRow {
  readonly message_id: string
  readonly chat_id: string
  readonly starred: boolean
}

/** Of these messages, as far as somebody is in their chats, which these are and whether they starred them; what was deleted counts as not. */
export const selectStars = (query: Queries, userId: string, messageIds: readonly string[]): Promise<StarRow[]> =>
  query
    .selectFrom('messages as message')
    .innerJoin('chat_windows as open', (join) =>
      join.onRef('open.chat_id', '=', 'message.chat_id').on('open.user_id', '=', userId).on('open.to_seq', 'is', null),
    )
    .leftJoin('message_stars as star', (join) => join.onRef('star.message_id', '=', 'message.id').on('star.user_id', '=', userId))
    .select(['message.id as message_id', 'message.chat_id'])
    .select(sql<boolean>`star.user_id is not null and message.deleted_at is null`.as('starred'))
    .where(sql<boolean>`message.id = any(${messageIds}::uuid[])`)
    .execute()
