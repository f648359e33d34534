import { memberRemoved, memberRoleChanged } from '@parley/protocol/chats'
import { ensure } from '../../core/errors.ts'
import { type Frame, frame } from '../streams/streams.module.ts'
import { chatOf, groupOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { canRemove, heirOf } from './chats.policy.ts'
import { closeWindow, setRole } from './chats.queries.ts'
import { membershipOf } from './open-chat.ts'

/**
 * Takes a person out of a group, or the actor themselves. When this resolves no further event of the chat reaches them
 * (P2): their window is closed under the same lock that sends take, and their last frame is the removal itself.
 */
export async function removeFromGroup(deps: ChatsDeps, actorId: string, chatId: string, userId: string): Promise<void> {
  await chatOf(deps.database.query, actorId, chatId)
  const own = await deps.streams.change(chatId, async ({ tx, appendMembers, touchAccess }) => {
    const { role, members } = await groupOf(tx, actorId, chatId)
    const target = members.find((member) => member.user_id === userId)
    ensure(target, 'MEMBER_NOT_FOUND')
    ensure(canRemove({ userId: actorId, role }, { userId, role: target.role }), 'FORBIDDEN', {
      message: 'Only an owner, or an admin for plain members, may remove people.',
    })
    const frames: Frame[] = []
    const heir = target.role === 'owner' ? heirOf(members.filter((member) => member !== target)) : undefined
    if (heir !== undefined) {
      const seq = appendMembers('member_role_changed', heir.user_id, actorId)
      await setRole(tx, chatId, heir.user_id, 'owner')
      frames.push(frame(memberRoleChanged, seq, { chatId, seq, actorId, userId: heir.user_id, role: 'owner' }))
    }
    const seq = appendMembers('member_removed', userId, actorId)
    touchAccess()
    await closeWindow(tx, chatId, userId, seq)
    frames.push(frame(memberRemoved, seq, { chatId, seq, actorId, userId }))
    return { result: await deps.streams.appendOwn(tx, membershipOf(chatId, [{ userId }])), frames }
  })
  await deps.streams.tellOwn(own)
}
