import type { startPrivateChat as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { pairKey, selectPrivateChatId } from './chats.queries.ts'
import { getChat } from './list-chats.ts'
import { ensureUsers, openChat, PairTaken } from './open-chat.ts'

/** The one private chat of two people, made by whoever asks first. */
export async function startPrivateChat({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const [me, other] = [viewer.userId, input.userId]
  ensure(me !== other, 'RULE_BROKEN', { message: 'A private chat needs another person.', fields: [{ field: 'userId', message: 'is you' }] })
  await ensureUsers(deps, [other], 'userId')
  const existing = await selectPrivateChatId(deps.database.query, me, other)
  if (existing !== undefined) return { chat: await getChat(deps, me, existing), created: false }
  const members = [me, other].map((userId) => ({ userId, role: 'member' as const }))
  try {
    const plan = { type: 'private', pairKey: pairKey(me, other), name: null, description: null, createdBy: me, members } as const
    return { chat: await openChat(deps, plan), created: true }
  } catch (error) {
    if (!(error instanceof PairTaken)) throw error
    const first = await selectPrivateChatId(deps.database.query, me, other)
    ensure(first, 'INTERNAL')
    return { chat: await getChat(deps, me, first), created: false }
  }
}
