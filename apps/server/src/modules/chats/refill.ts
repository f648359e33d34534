import { type Chat, chatCreated, memberAdded, memberRemoved, memberRoleChanged } from '@parley/protocol/chats'
import { type Frame, frame, type Refill } from '../streams/streams.module.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { presentChats } from './chats.present.ts'
import { type MemberRow, selectAnyChat, selectMembers } from './chats.queries.ts'

type Entry = Parameters<Refill['frames']>[1][number]

interface Now {
  readonly chat: Chat
  readonly members: ReadonlyMap<string, MemberRow>
}

/** Tells again what a span of a stream did to a chat and its members, out of how they are now: who is gone by now was never added. */
export const chatsRefill = (deps: ChatsDeps): Refill => ({
  kinds: Object.keys(framesOf),
  async frames({ chatId }, entries) {
    if (entries.length === 0) return []
    const { query } = deps.database
    const row = await selectAnyChat(query, chatId)
    if (row === undefined) return []
    const members = new Map((await selectMembers(query, [chatId])).map((member) => [member.user_id, member]))
    const [chat] = await presentChats(query, deps, [row])
    return chat === undefined ? [] : entries.flatMap((entry) => framesOf[entry.kind]?.(entry, { chat, members }) ?? [])
  },
})

const framesOf: Readonly<Record<string, (entry: Entry, now: Now) => Frame[]>> = {
  chat_created: ({ seq }, { chat }) => [frame(chatCreated, seq, { chat: { ...chat, lastSeq: seq } })],
  member_added: ({ seq, targetId: userId, actorId }, { chat, members }) => {
    if (members.get(userId)?.from_seq !== seq) return []
    const joined = chat.members.filter((member) => member.userId === userId)
    return [
      frame(chatCreated, seq, { chat: { ...chat, lastSeq: seq } }, { to: [userId] }),
      frame(memberAdded, seq, { chatId: chat.id, seq, actorId, members: joined }),
    ]
  },
  member_removed: ({ seq, targetId: userId, actorId }, { chat }) => [frame(memberRemoved, seq, { chatId: chat.id, seq, actorId, userId })],
  member_role_changed: ({ seq, targetId: userId, actorId }, { chat, members }) => {
    const role = members.get(userId)?.role
    return role === undefined ? [] : [frame(memberRoleChanged, seq, { chatId: chat.id, seq, actorId, userId, role })]
  },
}
