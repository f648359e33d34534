import type { MemberRole } from '@parley/protocol/chats'
import { ensure } from '../../core/errors.ts'
import type { Queries } from '../../platform/database/database.ts'
import { type ChatRow, type MemberRow, selectChat, selectMembers } from './chats.queries.ts'

/** A chat that the viewer is in, or CHAT_NOT_FOUND, whether it's absent or not theirs (P3). */
export async function chatOf(query: Queries, viewerId: string, chatId: string): Promise<ChatRow & { role: MemberRole }> {
  const chat = await selectChat(query, viewerId, chatId)
  ensure(chat, 'CHAT_NOT_FOUND')
  return chat
}

/** A group that the viewer is in, with everybody in it, in order of joining. */
export async function groupOf(
  query: Queries,
  viewerId: string,
  chatId: string,
): Promise<{ group: ChatRow; role: MemberRole; members: MemberRow[] }> {
  const { role, ...group } = await chatOf(query, viewerId, chatId)
  ensure(group.type === 'group', 'RULE_BROKEN', { message: 'The members of a private chat cannot change.' })
  return { group, role, members: await selectMembers(query, [chatId]) }
}
