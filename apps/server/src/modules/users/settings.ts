import type { OutputOf } from '@parley/protocol/define'
import type { updateSettings as contract } from '@parley/protocol/users'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import type { UsersDeps } from './users.deps.ts'
import { presentSettings } from './users.present.ts'
import { mergePrivacy, updateUser } from './users.queries.ts'

/** Changes settings; who watches the person is told at once what they may see of them now. */
export async function updateSettings(
  { viewer: { userId }, input: { theme, privacy } }: Call<typeof contract>,
  { database, streams, clock, sightChanged }: UsersDeps,
): Promise<OutputOf<typeof contract>> {
  const { row, entries } = await database.transaction(async (tx) => {
    if (privacy !== undefined) await mergePrivacy(tx, userId, privacy)
    const row = await updateUser(tx, userId, theme === undefined ? {} : { theme }, new Date(clock.now()))
    ensure(row, 'UNAUTHENTICATED')
    return { row, entries: await streams.appendOwn(tx, [{ userId, kind: 'settings', targetId: userId }]) }
  })
  await streams.tellOwn(entries)
  if (privacy !== undefined) await sightChanged(userId)
  return { settings: presentSettings(row) }
}
