/** People as one other person may see them. */
import type { PublicUser } from '@parley/protocol/users'
import type { Queries } from '../../platform/database/database.ts'
import type { UserRow } from '../../platform/database/tables.ts'
import { type Sight, selectSights } from './sights.queries.ts'
import type { UsersDeps } from './users.deps.ts'
import { presentPublic } from './users.present.ts'

/** These people as the viewer may see them, in the same order. */
export async function presentTo(
  viewerId: string,
  rows: readonly UserRow[],
  query: Queries,
  { statusOf }: UsersDeps,
): Promise<PublicUser[]> {
  if (rows.length === 0) return []
  const sights = await selectSights(
    query,
    rows.map((row) => ({ ownerId: row.id, viewerId })),
  )
  const byOwner = new Map(sights.map((sight) => [sight.ownerId, sight]))
  return rows.map((row) => {
    const sight = byOwner.get(row.id)
    return {
      ...presentPublic(row),
      status: sight?.online ? statusOf(row.id) : 'offline',
      lastSeen: sight?.lastSeen ? (row.last_seen_at?.toISOString() ?? null) : null,
    }
  })
}

/** What each of these viewers may see of a person; those who may see nothing are left out. */
export async function sightOf(query: Queries, ownerId: string, viewerIds: readonly string[]): Promise<ReadonlyMap<string, Sight>> {
  if (viewerIds.length === 0) return new Map()
  const sights = await selectSights(
    query,
    viewerIds.map((viewerId) => ({ ownerId, viewerId })),
  )
  return new Map(sights.map((sight) => [sight.viewerId, sight]))
}
