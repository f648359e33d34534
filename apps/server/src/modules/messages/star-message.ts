import type { OutputOf } from '@parley/protocol/define'
import type { starMessage as contract, listStarred as listContract } from '@parley/protocol/messages'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { readPlace, writePlace } from '../../core/places.ts'
import { history } from './list-messages.ts'
import { deleteStar, insertStar, selectStarred } from './marks.queries.ts'
import { visibleMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'

/** Keeps a message at hand, or no longer. Doing it again changes nothing. */
export async function starMessage(
  { viewer: { userId }, input: { messageId, starred } }: Call<typeof contract>,
  { database, streams, clock }: MessagesDeps,
): Promise<OutputOf<typeof contract>> {
  const entries = await database.transaction(async (tx) => {
    const message = await visibleMessage(tx, userId, messageId)
    if (starred) ensure(message.deleted_at === null, 'MESSAGE_DELETED')
    const changed = starred ? await insertStar(tx, userId, messageId, new Date(clock.now())) : await deleteStar(tx, userId, messageId)
    return changed ? streams.appendOwn(tx, [{ userId, kind: 'star', targetId: messageId }]) : []
  })
  await streams.tellOwn(entries)
  return { messageId, starred }
}

/** What I starred, as long as I may see it and it is there. */
export async function listStarred(
  { viewer, input }: Call<typeof listContract>,
  deps: MessagesDeps,
): Promise<OutputOf<typeof listContract>> {
  const after = readPlace(input.before)
  const rows = await selectStarred(deps.database.query, viewer.userId, after, input.limit + 1)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const more = rows.length > page.length && last !== undefined
  return {
    messages: await history(viewer.userId, page, deps),
    nextCursor: more ? writePlace({ at: last.starred_text, id: last.id }) : null,
  }
}
