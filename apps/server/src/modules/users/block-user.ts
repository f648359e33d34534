import type { blockUser as contract } from '@parley/protocol/users'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { OwnEntry } from '../streams/streams.module.ts'
import { deleteBlock, insertBlock, lockPair } from './blocks.queries.ts'
import type { UsersDeps } from './users.deps.ts'
import { findUser } from './users.queries.ts'

/**
 * From when this resolves on, neither of the two writes in their private chat, and the blocked person sees nothing of the
 * blocker's presence (P4). Where they have such a chat, its head is locked and its access changes, so that sends and the
 * block have one order (D2). Doing it again changes nothing.
 */
export async function blockUser({ viewer: { userId }, input }: Call<typeof contract>, deps: UsersDeps): Promise<Record<string, never>> {
  ensure(input.userId !== userId, 'RULE_BROKEN', { message: 'You can’t block yourself.', fields: [{ field: 'userId', message: 'is you' }] })
  return changeBlock(deps, userId, input.userId, (tx) => insertBlock(tx, userId, input.userId, new Date(deps.clock.now())))
}

/** Lets a blocked person in again; what they couldn't do meanwhile has not happened. */
export const unblockUser = ({ viewer: { userId }, input }: Call<typeof contract>, deps: UsersDeps): Promise<Record<string, never>> =>
  changeBlock(deps, userId, input.userId, (tx) => deleteBlock(tx, userId, input.userId))

/** `write` says whether it changed anything. */
async function changeBlock(
  deps: UsersDeps,
  userId: string,
  otherId: string,
  write: (tx: Tx) => Promise<boolean>,
): Promise<Record<string, never>> {
  const { database, streams } = deps
  ensure(await findUser(database.query, otherId), 'USER_NOT_FOUND')
  const number = async (tx: Tx) => ((await write(tx)) ? streams.appendOwn(tx, [{ userId, kind: 'block', targetId: otherId }]) : [])
  const entries = (await withoutChat(deps, userId, otherId, number)) ?? (await underChat(deps, userId, otherId, number))
  await streams.tellOwn(entries)
  await deps.sightChanged(userId, [otherId])
  return {}
}

type Change = (tx: Tx) => Promise<OwnEntry[]>

/** null, and nothing done, where the two have a private chat. */
const withoutChat = ({ database, privateChatOf }: UsersDeps, one: string, other: string, change: Change): Promise<OwnEntry[] | null> =>
  database.transaction(async (tx) => {
    await lockPair(tx, one, other)
    return (await privateChatOf(tx, one, other)) === undefined ? change(tx) : null
  })

async function underChat({ database, streams, privateChatOf }: UsersDeps, one: string, other: string, change: Change): Promise<OwnEntry[]> {
  const chatId = await privateChatOf(database.query, one, other)
  ensure(chatId, 'INTERNAL')
  return streams.change(chatId, async ({ tx, touchAccess }) => {
    // Also where nothing changed: the one who did it may have been killed before all servers knew.
    touchAccess()
    return { result: await change(tx), frames: [] }
  })
}
