/** Groups in numbers that would take long to make one request at a time. */
import { newId } from '../core/ids.ts'
import { appendToOwn } from '../modules/streams/user-log.queries.ts'
import type { Database } from '../platform/database/database.ts'

/** Makes so many groups of these people, the first of whom owns them; returns their ids. */
export async function manyGroups(database: Database, userIds: readonly [string, ...string[]], count: number): Promise<string[]> {
  const [owner] = userIds
  const ids = Array.from({ length: count }, () => newId())
  const windows = ids.flatMap((chat_id) =>
    userIds.map((user_id) => ({ chat_id, user_id, from_seq: 1, role: user_id === owner ? ('owner' as const) : ('member' as const) })),
  )
  const changes = windows.map(({ chat_id, user_id }) => ({ userId: user_id, kind: 'membership' as const, targetId: chat_id }))
  await database.transaction(async (tx) => {
    await tx
      .insertInto('chats')
      .values(ids.map((id) => ({ id, type: 'group' as const, name: 'Group', created_by: owner })))
      .execute()
    await tx
      .insertInto('chat_heads')
      .values(ids.map((chat_id) => ({ chat_id, last_seq: 1, members_seq: 1, access: 1 })))
      .execute()
    await tx.insertInto('chat_windows').values(windows).execute()
    await tx
      .insertInto('chat_log')
      .values(ids.map((chat_id) => ({ chat_id, seq: 1, kind: 'chat_created', target_id: chat_id, actor_id: owner })))
      .execute()
    await appendToOwn(tx, changes)
  })
  return ids
}
