import type { Visibility } from '@parley/protocol/users'
import { sql } from 'kysely'
import type { Queries } from '../../platform/database/database.ts'

/** What somebody may see of another: that they are there and writing, and when they were last there. */
export interface Sight {
  readonly online: boolean
  readonly lastSeen: boolean
}

export interface Pair {
  readonly ownerId: string
  readonly viewerId: string
}

interface SightRow {
  readonly owner_id: string
  readonly viewer_id: string
  readonly online: Visibility
  readonly last_seen: Visibility
  readonly contact: boolean
}

/**
 * What each viewer may see of each owner: as the owner's settings say, and nothing for whom the owner blocked (P4). Pairs
 * of nothing are left out. Contacts are people who are in a chat together; that is looked up only where it decides.
 */
export async function selectSights(query: Queries, pairs: readonly Pair[]): Promise<(Pair & Sight)[]> {
  const column = (key: keyof Pair) => pairs.map((pair) => pair[key])
  const { rows } = await sql<SightRow>`
    select pair.owner_id, pair.viewer_id, wish.online, wish.last_seen,
           'contacts' in (wish.online, wish.last_seen) and exists (
             select from chat_windows owned
             join chat_windows viewed on viewed.chat_id = owned.chat_id and viewed.user_id = pair.viewer_id and viewed.to_seq is null
             where owned.user_id = pair.owner_id and owned.to_seq is null
           ) as contact
    from unnest(${column('ownerId')}::uuid[], ${column('viewerId')}::uuid[]) as pair (owner_id, viewer_id)
    join users owner on owner.id = pair.owner_id
    cross join lateral (
      select coalesce(owner.privacy->>'online', 'everyone') as online, coalesce(owner.privacy->>'lastSeen', 'everyone') as last_seen
    ) wish
    where not exists (select from user_blocks where blocker_id = pair.owner_id and blocked_id = pair.viewer_id)`.execute(query)
  return rows.flatMap(({ owner_id: ownerId, viewer_id: viewerId, online, last_seen, contact }) => {
    const lets = (wish: Visibility) => wish === 'everyone' || (wish === 'contacts' && contact) || ownerId === viewerId
    const sight = { online: lets(online), lastSeen: lets(last_seen) }
    return sight.online || sight.lastSeen ? [{ ownerId, viewerId, ...sight }] : []
  })
}
