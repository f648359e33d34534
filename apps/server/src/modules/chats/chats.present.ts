import type { Chat, Member } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { PublicUser } from '@parley/protocol/users'
import type { Queries } from '../../platform/database/database.ts'
import type { Users } from '../users/users.module.ts'
import { type ChatRow, type MemberRow, selectMembers } from './chats.queries.ts'

const presentMember = (row: MemberRow, users: ReadonlyMap<string, PublicUser>): Member => ({
  userId: row.user_id,
  role: row.role,
  joinedAt: row.joined_at.toISOString(),
  user: users.get(row.user_id) as PublicUser,
})

async function presentMembers(query: Queries, users: Users, rows: readonly MemberRow[]): Promise<Member[]> {
  const people = await users.findPublic([...new Set(rows.map((row) => row.user_id))], query)
  return rows.map((row) => presentMember(row, people))
}

/** Chats with everybody in them; `newest` holds what their reader sees as the last message. */
export async function presentChats(
  query: Queries,
  users: Users,
  chats: readonly ChatRow[],
  newest: ReadonlyMap<string, Message> = new Map(),
): Promise<Chat[]> {
  const rows = await selectMembers(
    query,
    chats.map((chat) => chat.id),
  )
  const members = await presentMembers(query, users, rows)
  return chats.map((chat) => ({
    id: chat.id,
    type: chat.type,
    name: chat.name,
    description: chat.description,
    avatar: null,
    members: members.filter((_, index) => rows[index]?.chat_id === chat.id),
    lastMessage: newest.get(chat.id) ?? null,
    lastSeq: chat.last_seq,
    createdAt: chat.created_at.toISOString(),
  }))
}
