import type { Chat, Member } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { PublicUser } from '@parley/protocol/users'
import type { Queries } from '../../platform/database/database.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { type ChatRow, selectMembers } from './chats.queries.ts'

/** What depends on who looks at a chat; nothing of it belongs into a frame that goes to everybody. */
interface Personal {
  readonly newest: ReadonlyMap<string, Message>
  readonly unread: ReadonlyMap<string, number>
}

const nothingYet: Personal = { newest: new Map(), unread: new Map() }

/** Chats with everybody in them. Without `personal` they are as somebody sees them who just came in: no message, nothing unread. */
export async function presentChats(query: Queries, deps: ChatsDeps, chats: readonly ChatRow[], personal = nothingYet): Promise<Chat[]> {
  const members = await membersOf(
    query,
    deps,
    chats.map((chat) => chat.id),
  )
  return chats.map((chat) => ({
    id: chat.id,
    type: chat.type,
    name: chat.name,
    description: chat.description,
    avatar: null,
    members: members.get(chat.id) ?? [],
    lastMessage: personal.newest.get(chat.id) ?? null,
    lastSeq: chat.last_seq,
    unreadCount: personal.unread.get(chat.id) ?? 0,
    mySettings: { mutedUntil: null, pinnedAt: null, archivedAt: null },
    draft: null,
    createdAt: chat.created_at.toISOString(),
  }))
}

/** The same, as one of their members sees them. */
export async function presentChatsTo(viewerId: string, deps: ChatsDeps, chats: readonly ChatRow[]): Promise<Chat[]> {
  const ids = chats.map((chat) => chat.id)
  const [newest, unread] = await Promise.all([deps.messages.newest(viewerId, ids), deps.messages.unread(viewerId, ids)])
  return presentChats(deps.database.query, deps, chats, { newest, unread })
}

/** By chat, its members in order of joining. */
async function membersOf(query: Queries, { users, messages }: ChatsDeps, chatIds: readonly string[]): Promise<Map<string, Member[]>> {
  const rows = await selectMembers(query, chatIds)
  const people = await users.findPublic([...new Set(rows.map((row) => row.user_id))], query)
  const positions = new Map((await messages.positions(chatIds, query)).map((row) => [`${row.chat_id} ${row.user_id}`, row]))
  const present = (row: (typeof rows)[number]): Member => {
    const position = positions.get(`${row.chat_id} ${row.user_id}`)
    return {
      userId: row.user_id,
      role: row.role,
      joinedAt: row.joined_at.toISOString(),
      deliveredSeq: position?.delivered_seq ?? 0,
      readSeq: position?.read_seq ?? 0,
      user: people.get(row.user_id) as PublicUser,
    }
  }
  const members = new Map<string, Member[]>(chatIds.map((chatId) => [chatId, []]))
  for (const row of rows) members.get(row.chat_id)?.push(present(row))
  return members
}
