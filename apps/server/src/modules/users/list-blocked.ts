import type { OutputOf } from '@parley/protocol/define'
import type { listBlocked as contract } from '@parley/protocol/users'
import type { Call } from '../../core/call.ts'
import { readPlace, writePlace } from '../../core/places.ts'
import { selectBlocked } from './blocks.queries.ts'
import { presentTo } from './sights.ts'
import type { UsersDeps } from './users.deps.ts'

export async function listBlocked({ viewer, input }: Call<typeof contract>, deps: UsersDeps): Promise<OutputOf<typeof contract>> {
  const { query } = deps.database
  const after = readPlace(input.before)
  const rows = await selectBlocked(query, viewer.userId, after, input.limit + 1)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const more = rows.length > page.length && last !== undefined
  return {
    users: await presentTo(viewer.userId, page, query, deps),
    nextCursor: more ? writePlace({ at: last.blocked_text, id: last.id }) : null,
  }
}
