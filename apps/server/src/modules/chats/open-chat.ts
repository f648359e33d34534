import { type Chat, chatCreated, type MemberRole } from '@parley/protocol/chats'
import { AppError, ensure } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Tx } from '../../platform/database/database.ts'
import { frame } from '../streams/streams.module.ts'
import type { Users } from '../users/users.module.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { presentChats } from './chats.present.ts'
import { insertChat, openWindows } from './chats.queries.ts'

interface Plan {
  readonly type: 'private' | 'group'
  readonly pairKey: string | null
  readonly name: string | null
  readonly description: string | null
  readonly createdBy: string
  readonly members: readonly { readonly userId: string; readonly role: MemberRole }[]
}

/** Thrown where the pair of a private chat turns out to have one already. */
export class PairTaken extends Error {}

/** Creates a chat with its first members and tells each of them. */
export async function openChat(deps: ChatsDeps, plan: Plan): Promise<Chat> {
  const { streams, clock } = deps
  const id = newId()
  const { chat, own } = await streams.create(id, async ({ tx, appendMembers }) => {
    await ensureMayOpen(tx, deps, plan)
    if (!(await insertChat(tx, { id, ...plan }))) throw new PairTaken()
    const seq = appendMembers('chat_created', id, plan.createdBy)
    await openWindows(
      tx,
      id,
      plan.members.map((member) => ({ ...member, fromSeq: seq })),
    )
    const now = new Date(clock.now())
    const row = { id, type: plan.type, name: plan.name, description: plan.description, created_at: now, active_at: now, last_seq: seq }
    const [chat] = await presentChats(tx, deps, [row])
    ensure(chat, 'INTERNAL')
    const own = await streams.appendOwn(tx, membershipOf(id, plan.members))
    return { result: { chat, own }, frames: [frame(chatCreated, seq, { chat })] }
  })
  await streams.tellOwn(own)
  return chat
}

/** What people learn in their own streams who come into a chat, or leave it. */
export const membershipOf = (chatId: string, people: readonly { readonly userId: string }[]) =>
  people.map(({ userId }) => ({ userId, kind: 'membership' as const, targetId: chatId }))

/** Nobody begins a private chat with whom they block or who blocks them, or puts a person into a group who blocks them (P4). */
async function ensureMayOpen(tx: Tx, { users }: ChatsDeps, { type, createdBy, members }: Plan): Promise<void> {
  const others = members.map(({ userId }) => userId).filter((userId) => userId !== createdBy)
  if (type === 'group') return ensureMayAdd(tx, users, createdBy, { userIds: others, field: 'memberIds' })
  for (const other of others) await users.ensureReachable(tx, createdBy, other)
}

/** People, and the field of the input that names them. */
interface Named {
  readonly userIds: readonly string[]
  readonly field: string
}

/** NOT_REACHABLE, naming them, where somebody blocks the one who wants to add them (P4). */
export async function ensureMayAdd(tx: Tx, users: Users, actorId: string, { userIds, field }: Named): Promise<void> {
  const blockers = await users.blockersOf(tx, actorId, userIds)
  if (blockers.size === 0) return
  const fields = Array.from(blockers, (userId) => ({ field, message: `${userId} can’t be reached` }))
  throw new AppError('NOT_REACHABLE', { fields })
}

/** Refuses a group of more people than one holds. */
export function ensureRoom({ settings }: ChatsDeps, members: number): void {
  ensure(members <= settings.groupMembers, 'RULE_BROKEN', { message: `A group holds at most ${settings.groupMembers} people.` })
}

/** Refuses, naming the field, unless all these people exist. */
export async function ensureUsers({ users }: ChatsDeps, userIds: readonly string[], field: string): Promise<void> {
  const found = await users.findPublic(userIds)
  const missing = userIds.find((userId) => !found.has(userId))
  if (missing === undefined) return
  throw new AppError('USER_NOT_FOUND', { fields: [{ field, message: `there is no user ${missing}` }] })
}
