import type { MemberRole } from '@parley/protocol/chats'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'

export interface RosterRow {
  readonly chat_id: string
  readonly type: 'private' | 'group'
  readonly access: number
  readonly blocked: boolean
  readonly user_id: string | null
  readonly role: MemberRole | null
  readonly from_seq: number | null
  readonly to_seq: number | null
}

/**
 * The windows of everybody in a chat, each person's latest first, and the last windows of those whom the last change of
 * members took out; one row without a user where there are none.
 */
export function selectRoster(query: Queries, chatId: string): Promise<RosterRow[]> {
  return query
    .selectFrom('chat_heads as head')
    .innerJoin('chats as chat', 'chat.id', 'head.chat_id')
    .leftJoin('chat_windows as window', (join) =>
      join
        .onRef('window.chat_id', '=', 'head.chat_id')
        .on((on) =>
          on.or([
            on('window.to_seq', 'is', null),
            on('window.to_seq', '>=', on.ref('head.members_seq')),
            on.exists(
              on
                .selectFrom('chat_windows as open')
                .select(sql.lit(1).as('one'))
                .whereRef('open.chat_id', '=', 'head.chat_id')
                .whereRef('open.user_id', '=', 'window.user_id')
                .where('open.to_seq', 'is', null),
            ),
          ]),
        ),
    )
    .select(['head.chat_id', 'chat.type', 'head.access', 'window.user_id', 'window.role', 'window.from_seq', 'window.to_seq'])
    .select(({ and, exists, selectFrom }) =>
      and([
        sql<boolean>`chat.type = 'private'`,
        exists(
          selectFrom('user_blocks as block')
            .innerJoin('chat_windows as one', 'one.user_id', 'block.blocker_id')
            .innerJoin('chat_windows as other', 'other.user_id', 'block.blocked_id')
            .select(sql.lit(1).as('one'))
            .whereRef('one.chat_id', '=', 'head.chat_id')
            .whereRef('other.chat_id', '=', 'head.chat_id'),
        ),
      ])
        .$castTo<boolean>()
        .as('blocked'),
    )
    .where('head.chat_id', '=', chatId)
    .orderBy('window.user_id')
    .orderBy('window.from_seq', 'desc')
    .execute()
}

export interface Head {
  readonly lastSeq: number
  /** The number of the last change of members. */
  readonly membersSeq: number
  /** The version of who may read or write: it grows with every change of members, and with blocks, which take no number. */
  readonly access: number
}

/** How far a chat's stream has come, if the viewer is a member. */
export async function selectLastSeq(query: Queries, viewerId: string, chatId: string): Promise<number | undefined> {
  const head = await query
    .selectFrom('chat_heads as head')
    .innerJoin('chat_windows as open', (join) =>
      join.onRef('open.chat_id', '=', 'head.chat_id').on('open.user_id', '=', viewerId).on('open.to_seq', 'is', null),
    )
    .select('head.last_seq')
    .where('head.chat_id', '=', chatId)
    .executeTakeFirst()
  return head?.last_seq
}

/** What happens to messages; every other kind is about the chat or its members. */
const kindsOfMessages = ['edited', 'deleted', 'reaction_added', 'reaction_removed']

/** Whether anything but messages changed in a range of a chat's stream: its members, or the chat itself. */
export async function chatChanged(query: Queries, chatId: string, from: number, to: number): Promise<boolean> {
  const entry = await query
    .selectFrom('chat_log')
    .select('seq')
    .where('chat_id', '=', chatId)
    .where('seq', '>', from)
    .where('seq', '<=', to)
    .where('kind', 'not in', kindsOfMessages)
    .limit(1)
    .executeTakeFirst()
  return entry !== undefined
}

/** By message, the client id that `senderId` sent it under; of those that are theirs. */
export async function selectClientIds(query: Queries, senderId: string, messageIds: readonly string[]): Promise<Record<string, string>> {
  if (messageIds.length === 0) return {}
  const rows = await query
    .selectFrom('messages')
    .select(['id', 'client_id'])
    .where('id', 'in', messageIds)
    .where('sender_id', '=', senderId)
    .execute()
  return Object.fromEntries(rows.map((row) => [row.id, row.client_id]))
}

export async function insertHead(tx: Tx, chatId: string): Promise<void> {
  await tx.insertInto('chat_heads').values({ chat_id: chatId }).execute()
}

export async function lockHead(tx: Tx, chatId: string): Promise<Head | null> {
  const row = await tx
    .selectFrom('chat_heads')
    .select(['last_seq', 'members_seq', 'access'])
    .where('chat_id', '=', chatId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : { lastSeq: row.last_seq, membersSeq: row.members_seq, access: row.access }
}

export interface LogEntry {
  readonly seq: number
  /** What happened to the target: edited, deleted, member_added … */
  readonly kind: string
  readonly targetId: string
  readonly actorId: string
}

/** Writes what a change appended: the entries, the head's new numbers, and the outbox row for what follows later. */
export async function writeEntries(tx: Tx, chatId: string, head: Head, entries: readonly LogEntry[]): Promise<void> {
  const rows = entries.map(({ seq, kind, targetId, actorId }) => ({ chat_id: chatId, seq, kind, target_id: targetId, actor_id: actorId }))
  await tx.insertInto('chat_log').values(rows).execute()
  await tx
    .updateTable('chat_heads')
    .set({ last_seq: head.lastSeq, members_seq: head.membersSeq, access: head.access, active_at: sql`now()` })
    .where('chat_id', '=', chatId)
    .execute()
  await tx
    .insertInto('stream_outbox')
    .values({ chat_id: chatId, from_seq: head.lastSeq - entries.length + 1, to_seq: head.lastSeq })
    .execute()
}

export async function writeAccess(tx: Tx, chatId: string, access: number): Promise<void> {
  await tx.updateTable('chat_heads').set({ access }).where('chat_id', '=', chatId).execute()
}

/** What the log holds of a span of a chat's stream, in order; messages sent there are entries of their own. */
export async function selectEntries(
  query: Queries,
  { chatId, from, to }: { chatId: string; from: number; to: number },
): Promise<LogEntry[]> {
  const rows = await query
    .selectFrom('chat_log')
    .select(['seq', 'kind', 'target_id', 'actor_id'])
    .where('chat_id', '=', chatId)
    .where('seq', '>', from)
    .where('seq', '<=', to)
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({ seq: row.seq, kind: row.kind, targetId: row.target_id, actorId: row.actor_id }))
}

/** The version of who may read a chat; 0 where there's no such chat. */
export async function selectAccess(query: Queries, chatId: string): Promise<number> {
  const head = await query.selectFrom('chat_heads').select('access').where('chat_id', '=', chatId).executeTakeFirst()
  return head?.access ?? 0
}

/** Transactions last 10 s at most, and so does getting a row into the outbox: after this long no lower id will appear. */
const settledAfter = sql`interval '30 seconds'`

/** From which id on the outbox may still be told to somebody who connects from now on. */
export async function selectSettled(query: Queries): Promise<number> {
  const row = await query
    .selectFrom('stream_outbox')
    .select(({ fn }) => fn.max('id').as('id'))
    .where(sql<boolean>`created_at < now() - ${settledAfter}`)
    .executeTakeFirst()
  return row?.id ?? 0
}

export interface Written {
  readonly chatId: string
  /** Above which number all that was written lately lies. */
  readonly from: number
  /** How far the chat's stream has come. */
  readonly to: number
}

/** The chats in which something was written after an id of the outbox, and the id after which to look the next time. */
export async function selectWritten(query: Queries, after: number): Promise<{ settled: number; written: Written[] }> {
  const rows = await query
    .selectFrom('stream_outbox')
    .select(({ fn }) => [
      'chat_id',
      fn.min('from_seq').as('first'),
      fn.max('to_seq').as('to'),
      fn.max('id').filterWhere(sql<boolean>`created_at < now() - ${settledAfter}`).as('settled'),
    ])
    .where('id', '>', after)
    .groupBy('chat_id')
    .execute()
  return {
    settled: Math.max(after, ...rows.map((row) => row.settled ?? 0)),
    written: rows.map((row) => ({ chatId: row.chat_id, from: row.first - 1, to: row.to })),
  }
}

/** By chat, the number above which all lies that was written there after an id of the outbox; of those where something was. */
export async function selectBeginnings(query: Queries, after: number, chatIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await query
    .selectFrom('stream_outbox')
    .select(({ fn }) => ['chat_id', fn.min('from_seq').as('first')])
    .where('id', '>', after)
    .where(sql<boolean>`chat_id = any(${`{${chatIds.join(',')}}`}::text::uuid[])`)
    .groupBy('chat_id')
    .execute()
  return new Map(rows.map((row) => [row.chat_id, row.first - 1]))
}

/** Deletes at most `limit` rows of the outbox that everybody has long found; returns how many. */
export async function deleteWritten(tx: Tx, limit: number): Promise<number> {
  const old = tx
    .selectFrom('stream_outbox')
    .select('id')
    .where(sql<boolean>`created_at < now() - interval '1 hour'`)
    .orderBy('id')
    .limit(limit)
  const { numDeletedRows } = await tx.deleteFrom('stream_outbox').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}
