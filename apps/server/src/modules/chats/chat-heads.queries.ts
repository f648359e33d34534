import { sql } from 'kysely'
import type { Queries } from '../../platform/database/database.ts'

export interface ChangedRow {
  readonly chat_id: string
  readonly members: number
  /** Of a private chat: one of the two blocks the other. */
  readonly blocked: boolean
}

/**
 * The chats of somebody where anything was sent, changed, received or read after a moment, in order of their ids; all
 * of them where `since` is null. How somebody moves in a private chat where one blocks the other is no change (P4).
 */
export async function selectChanged(
  query: Queries,
  viewerId: string,
  { since, above, limit }: { readonly since: string | null; readonly above: string | null; readonly limit: number },
): Promise<ChangedRow[]> {
  const { rows } = await sql<ChangedRow>`
    select changed.chat_id, changed.blocked,
           (select count(*)::int4 from chat_windows member where member.chat_id = changed.chat_id and member.to_seq is null) as members
    from (
      select open.chat_id, private.blocked
      from chat_windows open
      join chat_heads head on head.chat_id = open.chat_id
      cross join lateral (
        select exists (
          select from chats chat
          join chat_windows one on one.chat_id = chat.id
          join chat_windows other on other.chat_id = chat.id
          join user_blocks block on block.blocker_id = one.user_id and block.blocked_id = other.user_id
          where chat.id = open.chat_id and chat.type = 'private'
        ) as blocked
      ) private
      where open.user_id = ${viewerId} and open.to_seq is null
        and (${above}::uuid is null or open.chat_id > ${above}::uuid)
        and (${since}::timestamptz is null or head.active_at > ${since}::timestamptz or exists (
          select from chat_positions position
          where position.chat_id = open.chat_id and position.moved_at > ${since}::timestamptz
            and (position.user_id = open.user_id or not private.blocked)
        ))
      order by open.chat_id
      limit ${limit}
    ) changed
    order by changed.chat_id`.execute(query)
  return rows
}
