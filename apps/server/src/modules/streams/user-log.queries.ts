import type { UserEntry } from '@parley/protocol/streams'
import { sql } from 'kysely'
import { momentText, type Queries, type Tx } from '../../platform/database/database.ts'

/** Something that changed for one person: a chat, a message, somebody blocked, or themselves, as the kind has it. */
export interface OwnChange {
  readonly userId: string
  readonly kind: UserEntry['kind']
  readonly targetId: string
}

/** The same with its number in that person's own stream. */
export interface OwnEntry extends OwnChange {
  readonly seq: number
}

interface LogRow {
  readonly user_id: string
  readonly kind: UserEntry['kind']
  readonly target_id: string
  readonly seq: number
}

const toEntry = (row: LogRow): OwnEntry => ({ userId: row.user_id, kind: row.kind, targetId: row.target_id, seq: row.seq })

/**
 * Numbers changes in the streams of those concerned and remembers, of each thing, the last number alone. The heads are
 * locked in order of user_id, so transactions that each call this once, after any lock on a chat, can't deadlock.
 */
export async function appendToOwn(tx: Tx, changes: readonly OwnChange[]): Promise<OwnEntry[]> {
  if (changes.length === 0) return []
  const column = (key: keyof OwnChange, type: string) =>
    sql`${`{${changes.map((change) => change[key]).join(',')}}`}::text::${sql.raw(type)}[]`
  const { rows } = await sql<LogRow>`
    with change as materialized (
      select user_id, kind, target_id, row_number() over (partition by user_id order by min(place)) as nth
      from unnest(${column('userId', 'uuid')}, ${column('kind', 'text')}, ${column('targetId', 'uuid')})
        with ordinality as change (user_id, kind, target_id, place)
      group by user_id, kind, target_id
    ), head as (
      insert into user_heads as head (user_id, last_seq)
      select user_id, count(*) from change group by user_id order by user_id
      on conflict (user_id) do update set last_seq = head.last_seq + excluded.last_seq
      returning user_id, last_seq
    ), share as (
      select user_id, count(*) as taken from change group by user_id
    )
    insert into user_log as log (user_id, kind, target_id, seq)
    select user_id, change.kind, change.target_id, head.last_seq - share.taken + change.nth
    from change join head using (user_id) join share using (user_id)
    order by user_id, change.nth
    on conflict (user_id, kind, target_id) do update set seq = excluded.seq, changed_at = excluded.changed_at
    returning log.user_id, log.kind, log.target_id, log.seq`.execute(tx)
  return rows.map(toEntry)
}

/** What the own streams of these people hold about a chat and its messages, but for whether they are in it. */
export async function selectOwnAbout(query: Queries, userIds: readonly string[], chatId: string): Promise<OwnChange[]> {
  if (userIds.length === 0) return []
  const rows = await query
    .selectFrom('user_log')
    .select(['user_id', 'kind', 'target_id', 'seq'])
    .where('user_id', 'in', userIds)
    .where(({ and, or, eb, exists, selectFrom }) =>
      or([
        and([eb('kind', 'in', ['chat_settings', 'draft', 'position']), eb('target_id', '=', chatId)]),
        and([
          eb('kind', 'in', ['star', 'hidden']),
          exists(selectFrom('messages').select(sql.lit(1).as('one')).whereRef('id', '=', 'target_id').where('chat_id', '=', chatId)),
        ]),
      ]),
    )
    .execute()
  return rows.map(toEntry)
}

/** How far somebody's own stream has come, and the time by the database's clock. */
export async function selectOwnHead(query: Queries, userId: string): Promise<{ readonly head: number; readonly now: string }> {
  return query
    .selectNoFrom(({ fn, selectFrom }) => [
      fn
        .coalesce(selectFrom('user_heads').select('last_seq').where('user_id', '=', userId), sql.lit(0))
        .$castTo<number>()
        .as('head'),
      momentText(sql<Date>`clock_timestamp()`).as('now'),
    ])
    .executeTakeFirstOrThrow()
}

/** The next entries above `from`, in order. */
export async function selectOwnEntries(query: Queries, userId: string, from: number, limit: number): Promise<OwnEntry[]> {
  const rows = await query
    .selectFrom('user_log')
    .select(['user_id', 'kind', 'target_id', 'seq'])
    .where('user_id', '=', userId)
    .where('seq', '>', from)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(toEntry)
}

/**
 * What changed for these people above a number each, within as many milliseconds and the half minute before them that a
 * transaction may be late; at most the last 50 of one, in order.
 */
export async function selectLatestOwn(
  query: Queries,
  wanted: readonly { readonly userId: string; readonly above: number }[],
  withinMs: number,
): Promise<OwnEntry[]> {
  const { rows } = await sql<LogRow>`
    select latest.*
    from unnest(${`{${wanted.map(({ userId }) => userId).join(',')}}`}::text::uuid[], ${`{${wanted.map(({ above }) => above).join(',')}}`}::text::int8[])
      as wanted (user_id, above)
    cross join lateral (
      select log.user_id, log.kind, log.target_id, log.seq, log.changed_at from user_log log
      where log.user_id = wanted.user_id and log.seq > wanted.above
      order by log.seq desc limit 50
    ) latest
    where latest.changed_at > now() - interval '30 seconds' - make_interval(secs => ${withinMs / 1000})
    order by latest.user_id, latest.seq`.execute(query)
  return rows.map(toEntry)
}
