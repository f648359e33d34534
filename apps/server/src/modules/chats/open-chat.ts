import { type Chat, chatCreated, type MemberRole } from '@parley/protocol/chats'
import { AppError, ensure } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { type Change, type Changed, frame } from '../streams/streams.module.ts'
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
export function openChat(deps: ChatsDeps, plan: Plan): Promise<Chat> {
  const { streams, clock } = deps
  const id = newId()
  return streams.create(id, async ({ tx, appendMembers }: Change): Promise<Changed<Chat>> => {
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
    return { result: chat, frames: [frame(chatCreated, seq, { chat })] }
  })
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
