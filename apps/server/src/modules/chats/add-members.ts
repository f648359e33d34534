import { chatCreated, type addMembers as contract, memberAdded } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { type Frame, frame } from '../streams/streams.module.ts'
import { chatOf, groupOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { canAddMembers } from './chats.policy.ts'
import { presentChats } from './chats.present.ts'
import { openWindows } from './chats.queries.ts'
import { getChat } from './list-chats.ts'
import { ensureMayAdd, ensureRoom, ensureUsers, membershipOf } from './open-chat.ts'

/** Adds people to a group; they see it from their joining on. */
export async function addMembers({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const { database, streams, users } = deps
  const { chatId } = input
  const wanted = [...new Set(input.userIds ?? [input.userId as string])]
  await chatOf(database.query, viewer.userId, chatId)
  const field = input.userIds ? 'userIds' : 'userId'
  await ensureUsers(deps, wanted, field)
  const own = await streams.change(chatId, async ({ tx, appendMembers }) => {
    const { group, role, members } = await groupOf(tx, viewer.userId, chatId)
    ensure(canAddMembers(role), 'FORBIDDEN', { message: 'Only an owner or admin may add people.' })
    const present = new Set(members.map((member) => member.user_id))
    const added = wanted.filter((userId) => !present.has(userId))
    await ensureMayAdd(tx, users, viewer.userId, { userIds: added, field })
    ensureRoom(deps, present.size + added.length)
    const windows = added.map((userId) => ({
      userId,
      role: 'member' as const,
      fromSeq: appendMembers('member_added', userId, viewer.userId),
    }))
    const last = windows.at(-1)
    if (last === undefined) return { result: [], frames: [] }
    await openWindows(tx, chatId, windows)
    const [chat] = await presentChats(tx, deps, [{ ...group, last_seq: last.fromSeq }])
    ensure(chat, 'INTERNAL')
    const joined = windows.map(({ userId, fromSeq }): Frame => {
      const members = chat.members.filter((member) => member.userId === userId)
      return frame(memberAdded, fromSeq, { chatId, seq: fromSeq, actorId: viewer.userId, members })
    })
    // Who comes back finds their settings, draft and position again.
    const joining = await streams.appendOwn(tx, membershipOf(chatId, windows))
    const again = await streams.appendOwn(tx, await streams.ownAbout(tx, added, chatId))
    return { result: [...joining, ...again], frames: [frame(chatCreated, last.fromSeq, { chat }, { to: added }), ...joined] }
  })
  await streams.tellOwn(own)
  const chat = await getChat(deps, viewer.userId, chatId)
  return { chat, group: chat }
}
