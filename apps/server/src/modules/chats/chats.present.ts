import type { Chat, Member, MySettings } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { PublicUser } from '@parley/protocol/users'
import type { Queries } from '../../platform/database/database.ts'
import type { Standing } from '../messages/messages.module.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { type ChatRow, selectMembers } from './chats.queries.ts'
import { type PreferencesRow, type SettingsRow, selectPreferences } from './preferences.queries.ts'

/** What depends on who looks at a chat; nothing of it belongs into a frame that goes to everybody. */
interface Personal {
  /** Whose eyes it is for, so that they see of others what these let them see; null for everybody's. */
  readonly viewerId: string | null
  readonly newest: ReadonlyMap<string, Message>
  readonly standings: ReadonlyMap<string, Standing>
  readonly preferences: ReadonlyMap<string, PreferencesRow>
}

const nothingYet: Personal = { viewerId: null, newest: new Map(), standings: new Map(), preferences: new Map() }
const noSettings: SettingsRow = { muted_until: null, pinned_at: null, archived_at: null }

export const presentSettings = (row: SettingsRow): MySettings => ({
  mutedUntil: row.muted_until?.toISOString() ?? null,
  pinnedAt: row.pinned_at?.toISOString() ?? null,
  archivedAt: row.archived_at?.toISOString() ?? null,
})

/** Chats with everybody in them. Without `personal` they are as somebody sees them who just came in: no message, nothing unread. */
export async function presentChats(query: Queries, deps: ChatsDeps, chats: readonly ChatRow[], personal = nothingYet): Promise<Chat[]> {
  const members = await membersOf(
    query,
    deps,
    chats.map((chat) => chat.id),
    personal,
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
    unreadCount: personal.standings.get(chat.id)?.unread ?? 0,
    mySettings: presentSettings(personal.preferences.get(chat.id) ?? noSettings),
    draft: personal.preferences.get(chat.id)?.draft ?? null,
    createdAt: chat.created_at.toISOString(),
  }))
}

/**
 * The same, as one of their members sees them; without those that they aren't in any more. Where each stream ends is
 * read first, so everything else is at least as new; what is unread, and up to where one has read, are of the same moment (S2).
 */
export async function presentChatsTo(viewerId: string, deps: ChatsDeps, chats: readonly ChatRow[]): Promise<Chat[]> {
  const { query } = deps.database
  const ids = chats.map((chat) => chat.id)
  const standings = await deps.messages.standings(viewerId, ids)
  const views = ids.map((chatId) => ({ userId: viewerId, chatId }))
  const [newest, preferences] = await Promise.all([deps.messages.newest(viewerId, ids), selectPreferences(query, views)])
  const present = chats.flatMap((chat): ChatRow[] => {
    const standing = standings.get(chat.id)
    return standing === undefined ? [] : [{ ...chat, last_seq: standing.last_seq }]
  })
  return presentChats(query, deps, present, {
    viewerId,
    newest,
    standings,
    preferences: new Map(preferences.map((row) => [row.chat_id, row])),
  })
}

/** By chat, its members in order of joining. */
async function membersOf(
  query: Queries,
  { users, messages }: ChatsDeps,
  chatIds: readonly string[],
  { viewerId, standings }: Personal,
): Promise<Map<string, Member[]>> {
  const rows = await selectMembers(query, chatIds)
  const userIds = [...new Set(rows.map((row) => row.user_id))]
  const people = await (viewerId === null ? users.findPublic(userIds, query) : users.findFor(viewerId, userIds, query))
  const positions = new Map((await messages.positions(chatIds, query)).map((row) => [`${row.chat_id} ${row.user_id}`, row]))
  const present = (row: (typeof rows)[number]): Member => {
    const position = row.user_id === viewerId ? standings.get(row.chat_id) : positions.get(`${row.chat_id} ${row.user_id}`)
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
