import type { createGroup as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { ensureRoom, ensureUsers, openChat } from './open-chat.ts'

/** Whoever creates a group owns it. */
export async function createGroup({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const others = [...new Set(input.memberIds)].filter((userId) => userId !== viewer.userId)
  ensureRoom(deps, others.length + 1)
  await ensureUsers(deps, others, 'memberIds')
  const chat = await openChat(deps, {
    type: 'group',
    pairKey: null,
    name: input.name,
    description: input.description ?? null,
    createdBy: viewer.userId,
    members: [{ userId: viewer.userId, role: 'owner' }, ...others.map((userId) => ({ userId, role: 'member' as const }))],
  })
  return { chat, group: chat }
}
