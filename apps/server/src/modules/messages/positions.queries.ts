import { type RawBuilder, sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'

/** How far somebody says that they have come in a chat. */
export interface Mark {
  readonly chatId: string
  readonly userId: string
  readonly deliveredSeq: number
  readonly readSeq: number
}

/** A position that moved, with where it was before. */
export interface Moved {
  readonly chat_id: string
  readonly user_id: string
  readonly delivered_seq: number
  readonly read_seq: number
  readonly delivered_before: number
  readonly read_before: number
  /** By the database's clock. */
  readonly at: Date
}

const array = (values: readonly unknown[], type: string): RawBuilder<unknown> =>
  sql`${sql.lit(`{${values.join(',')}}`)}::${sql.raw(type)}[]`

/** Moves positions forward, never back (S1), and never beyond the end of the stream or into a chat that one isn't in. */
export async function advance(tx: Tx, marks: readonly Mark[]): Promise<Moved[]> {
  const column = (key: keyof Mark, type: string) =>
    array(
      marks.map((mark) => mark[key]),
      type,
    )
  const { rows } = await sql<Moved>`
    with mark as (
      select * from unnest(${column('chatId', 'uuid')}, ${column('userId', 'uuid')}, ${column('deliveredSeq', 'int8')}, ${column('readSeq', 'int8')})
        as mark (chat_id, user_id, delivered_seq, read_seq)
    ), bounded as (
      select mark.chat_id, mark.user_id,
             least(greatest(mark.delivered_seq, mark.read_seq), head.last_seq) as delivered_seq,
             least(mark.read_seq, head.last_seq) as read_seq
      from mark
      join chat_heads head using (chat_id)
      join chat_windows open on open.chat_id = mark.chat_id and open.user_id = mark.user_id and open.to_seq is null
    ), before as (
      select position.* from chat_positions position join bounded using (chat_id, user_id)
    ), moved as (
      insert into chat_positions as position (chat_id, user_id, delivered_seq, read_seq)
      select chat_id, user_id, delivered_seq, read_seq from bounded order by chat_id, user_id
      on conflict (chat_id, user_id) do update
      set delivered_seq = greatest(position.delivered_seq, excluded.delivered_seq), read_seq = greatest(position.read_seq, excluded.read_seq),
          moved_at = now()
      where position.delivered_seq < excluded.delivered_seq or position.read_seq < excluded.read_seq
      returning chat_id, user_id, delivered_seq, read_seq
    ), compared as (
      select moved.*, coalesce(before.delivered_seq, 0) as delivered_before, coalesce(before.read_seq, 0) as read_before, now() as at
      from moved left join before using (chat_id, user_id)
    ), marked as (
      insert into receipt_marks (chat_id, user_id, kind, seq, at)
      select chat_id, user_id, 'delivered', delivered_seq, at from compared where delivered_seq > delivered_before
      union all
      select chat_id, user_id, 'read', read_seq, at from compared where read_seq > read_before
      on conflict do nothing
    )
    select * from compared`.execute(tx)
  return rows
}

/** One way in which a position moved: everything above `above`, up to `upto`, is delivered or read now. */
export interface Step {
  readonly chatId: string
  readonly userId: string
  readonly status: 'delivered' | 'read'
  readonly above: number
  readonly upto: number
  readonly at: Date
}

/** Some of what was written in a chat: the numbers above `above`, up to `upto`. */
export interface Stretch {
  readonly chatId: string
  readonly above: number
  readonly upto: number
}

export interface WrittenRow {
  /** Which of the stretches, from 1 on. */
  readonly stretch: number
  readonly sender_id: string
  readonly seq: number
  readonly id: string
}

const inStretches = (stretches: readonly Stretch[]) => {
  const column = (key: keyof Stretch, type: string) =>
    array(
      stretches.map((stretch) => stretch[key]),
      type,
    )
  return sql`unnest(${column('chatId', 'uuid')}, ${column('above', 'int8')}, ${column('upto', 'int8')})
      with ordinality as stretch (chat_id, above, upto, number)`
}

const ofStretch = sql`message.chat_id = stretch.chat_id and message.seq > stretch.above and message.seq <= stretch.upto`

/** Every message of these stretches, in order. */
export async function selectWritten(query: Queries, stretches: readonly Stretch[]): Promise<WrittenRow[]> {
  const { rows } = await sql<WrittenRow>`
    select stretch.number as stretch, message.sender_id, message.seq, message.id
    from ${inStretches(stretches)}
    cross join lateral (select sender_id, seq, id from messages message where ${ofStretch} order by message.seq) message
    order by stretch.number, message.seq`.execute(query)
  return rows
}

/** Of each stretch the newest message of everybody who wrote there. */
export async function selectNewestWritten(query: Queries, stretches: readonly Stretch[]): Promise<WrittenRow[]> {
  const { rows } = await sql<WrittenRow>`
    select stretch.number as stretch, newest.sender_id, newest.seq, message.id
    from ${inStretches(stretches)}
    cross join lateral (
      select message.sender_id, max(message.seq) as seq from messages message where ${ofStretch} group by message.sender_id
    ) newest
    join messages message on message.chat_id = stretch.chat_id and message.seq = newest.seq`.execute(query)
  return rows
}

export interface PositionRow {
  readonly chat_id: string
  readonly user_id: string
  readonly delivered_seq: number
  readonly read_seq: number
}

/** Where the positions are that these marks are about. */
export async function selectMarked(query: Queries, marks: readonly Mark[]): Promise<PositionRow[]> {
  const { rows } = await sql<PositionRow>`
    select position.* from chat_positions position
    join unnest(${array(
      marks.map((mark) => mark.chatId),
      'uuid',
    )}, ${array(
      marks.map((mark) => mark.userId),
      'uuid',
    )}) as mark (chat_id, user_id)
      using (chat_id, user_id)`.execute(query)
  return rows
}

/** Since when one of the two of a private chat blocks the other, as `block.since`; null elsewhere. Neither is told from then on how the other moves (P4). */
const blockedSince = (chatId: RawBuilder<string>) => sql`
  cross join lateral (
    select min(block.created_at) as since
    from chats chat
    join chat_windows one on one.chat_id = chat.id
    join chat_windows other on other.chat_id = chat.id
    join user_blocks block on block.blocker_id = one.user_id and block.blocked_id = other.user_id
    where chat.id = ${chatId} and chat.type = 'private'
  ) block`

/** How far the present members of these chats have come; where one blocks the other, how far they had when that began. */
export async function selectPositions(query: Queries, chatIds: readonly string[]): Promise<PositionRow[]> {
  const before = (kind: ReachRow['kind']) => sql`coalesce((
    select max(mark.seq) from receipt_marks mark
    where mark.chat_id = position.chat_id and mark.user_id = position.user_id and mark.kind = ${sql.lit(kind)} and mark.at < block.since
  ), 0)`
  const { rows } = await sql<PositionRow>`
    select position.chat_id, position.user_id,
           case when block.since is null then position.delivered_seq else ${before('delivered')} end as delivered_seq,
           case when block.since is null then position.read_seq else ${before('read')} end as read_seq
    from chat_positions position
    join chat_windows open on open.chat_id = position.chat_id and open.user_id = position.user_id and open.to_seq is null
    ${blockedSince(sql.ref('position.chat_id'))}
    where position.chat_id = any(${array(chatIds, 'uuid')})`.execute(query)
  return rows
}

/** Where somebody stands in a chat of theirs, all of it at one moment. */
export interface Standing extends PositionRow {
  readonly last_seq: number
  /** How many messages of others, not hidden from their own eyes, lie above their read position; counted to 1,000 at most, from scratch (S2). */
  readonly unread: number
}

/** Where people stand in chats; nothing of chats that they aren't in. */
export async function selectStandings(
  query: Queries,
  places: readonly { readonly userId: string; readonly chatId: string }[],
): Promise<Standing[]> {
  const [users, chats] = [places.map(({ userId }) => userId), places.map(({ chatId }) => chatId)]
  const { rows } = await sql<Standing>`
    select open.chat_id, open.user_id, head.last_seq, counted.unread::int8 as unread,
           coalesce(position.delivered_seq, 0) as delivered_seq, coalesce(position.read_seq, 0) as read_seq
    from unnest(${array(users, 'uuid')}, ${array(chats, 'uuid')}) as place (user_id, chat_id)
    join chat_windows open on open.user_id = place.user_id and open.chat_id = place.chat_id and open.to_seq is null
    join chat_heads head on head.chat_id = open.chat_id
    left join chat_positions position on position.chat_id = open.chat_id and position.user_id = open.user_id
    cross join lateral (
      select count(*) as unread from (
        select from messages message
        where message.chat_id = open.chat_id
          and message.seq > greatest(open.from_seq, coalesce(position.read_seq, 0))
          and message.sender_id <> open.user_id
          and message.deleted_at is null
          and not exists (select from hidden_messages hidden where hidden.user_id = open.user_id and hidden.message_id = message.id)
        limit 1000
      ) above
    ) counted`.execute(query)
  return rows
}

export interface ReachRow {
  readonly user_id: string
  readonly kind: 'delivered' | 'read'
  readonly at: Date
}

/** Who received and read a message, and when their positions passed it; nobody who can't see it, as they joined later. */
export async function selectReach(query: Queries, chatId: string, seq: number, senderId: string): Promise<ReachRow[]> {
  const { rows } = await sql<ReachRow>`
    select mark.user_id, mark.kind, min(mark.at) as at
    from receipt_marks mark
    ${blockedSince(sql`${chatId}`)}
    where mark.chat_id = ${chatId} and mark.seq >= ${seq} and mark.user_id <> ${senderId}
      and (block.since is null or mark.at < block.since)
      and exists (
        select from chat_windows seen
        where seen.chat_id = mark.chat_id and seen.user_id = mark.user_id and seen.from_seq <= ${seq}
          and (seen.to_seq is null or seen.to_seq >= ${seq})
      )
    group by mark.user_id, mark.kind
    order by at`.execute(query)
  return rows
}
