/** Who wants nothing of whom. */
import { sql } from 'kysely'
import type { Place } from '../../core/places.ts'
import type { Queries, Tx } from '../../platform/database/database.ts'
import type { UserRow } from '../../platform/database/tables.ts'

/** Whoever makes a private chat of these two, or a block between them where there is none, waits for the other to commit. */
export async function lockPair(tx: Tx, one: string, other: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${[one, other].sort().join(' ')}, 0))`.execute(tx)
}

/** false where it was so already. */
export async function insertBlock(tx: Tx, blockerId: string, blockedId: string, createdAt: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('user_blocks')
    .values({ blocker_id: blockerId, blocked_id: blockedId, created_at: createdAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** false where there was none. */
export async function deleteBlock(tx: Tx, blockerId: string, blockedId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('user_blocks')
    .where('blocker_id', '=', blockerId)
    .where('blocked_id', '=', blockedId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Of these people, those whom `blockerId` blocks. */
export async function selectBlockedAmong(query: Queries, blockerId: string, userIds: readonly string[]): Promise<Set<string>> {
  const rows = await query
    .selectFrom('user_blocks')
    .select('blocked_id')
    .where('blocker_id', '=', blockerId)
    .where(sql<boolean>`blocked_id = any(${userIds}::uuid[])`)
    .execute()
  return new Set(rows.map((row) => row.blocked_id))
}

/** Of these people, those who block `blockedId`. */
export async function selectBlockersAmong(query: Queries, blockedId: string, userIds: readonly string[]): Promise<Set<string>> {
  const rows = await query
    .selectFrom('user_blocks')
    .select('blocker_id')
    .where('blocked_id', '=', blockedId)
    .where(sql<boolean>`blocker_id = any(${userIds}::uuid[])`)
    .execute()
  return new Set(rows.map((row) => row.blocker_id))
}

/** Whom somebody blocks, the latest first, from behind a place in that order. */
export function selectBlocked(
  query: Queries,
  blockerId: string,
  after: Place | null,
  limit: number,
): Promise<(UserRow & { blocked_text: string })[]> {
  const blocked = query
    .selectFrom('user_blocks as block')
    .innerJoin('users as person', 'person.id', 'block.blocked_id')
    .selectAll('person')
    // Microseconds as text, since a Date would round them and the order would lose its place.
    .select(sql<string>`to_char(block.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('blocked_text'))
    .where('block.blocker_id', '=', blockerId)
    .orderBy('block.created_at', 'desc')
    .orderBy('block.blocked_id', 'desc')
    .limit(limit)
  if (after === null) return blocked.execute()
  return blocked.where(sql<boolean>`(block.created_at, block.blocked_id) < (${after.at}::timestamptz, ${after.id}::uuid)`).execute()
}
