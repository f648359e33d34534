/** The tables of `migrations/`, as Kysely types them. bigint is read as number, jsonb parsed, timestamptz as Date. */
import type { ChatDraft, MemberRole } from '@parley/protocol/chats'
import type { Content } from '@parley/protocol/messages'
import type { UserEntry } from '@parley/protocol/streams'
import type { Privacy } from '@parley/protocol/users'
import type { ColumnType, Generated, Insertable, Selectable } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type DefaultInstant = ColumnType<Date, Date | string | undefined, Date | string>
/** Written as JSON text, read parsed. */
type Json<T> = ColumnType<T, string, string>
type DefaultJson<T> = ColumnType<T, string | undefined, string>

interface Users {
  id: string
  username: string
  name: string
  email: string | null
  phone_number: string | null
  password_hash: string | null
  avatar_url: string | null
  bio: string | null
  location: string | null
  website: string | null
  native_language: string | null
  learning_languages: DefaultJson<string[]>
  theme: Generated<'light' | 'dark' | 'auto'>
  role: Generated<'user' | 'admin'>
  last_seen_at: Instant | null
  privacy: DefaultJson<Partial<Privacy>>
  created_at: DefaultInstant
  updated_at: DefaultInstant
}

interface UserSearchTerms {
  term: string
  user_id: string
}

interface Sessions {
  id: string
  user_id: string
  refresh_generation: Generated<number>
  refreshed_at: DefaultInstant
  user_agent: string
  ip: string
  created_at: DefaultInstant
  last_seen_at: DefaultInstant
  expires_at: Instant
  revoked_at: Instant | null
}

interface OutboxMessages {
  id: string
  channel: 'mail' | 'sms'
  recipient: string
  subject: string | null
  text: string
  html: string | null
  code: string | null
  created_at: DefaultInstant
}

interface Chats {
  id: string
  type: 'private' | 'group'
  pair_key: string | null
  name: string | null
  description: string | null
  created_by: string
  created_at: DefaultInstant
}

interface ChatHeads {
  chat_id: string
  last_seq: Generated<number>
  members_seq: Generated<number>
  access: Generated<number>
  active_at: DefaultInstant
}

interface ChatWindows {
  chat_id: string
  user_id: string
  from_seq: number
  to_seq: number | null
  role: MemberRole
  joined_at: DefaultInstant
}

interface Messages {
  id: string
  chat_id: string
  seq: number
  rev: number
  sender_id: string
  client_id: string
  request_hash: string | null
  content: Json<Content> | null
  reply_to: string | null
  mentions: DefaultJson<string[]>
  edited_at: Instant | null
  deleted_at: Instant | null
  created_at: Instant
}

interface ChatLog {
  chat_id: string
  seq: number
  kind: string
  target_id: string
  actor_id: string
  created_at: DefaultInstant
}

interface ChatPositions {
  chat_id: string
  user_id: string
  delivered_seq: Generated<number>
  read_seq: Generated<number>
  moved_at: DefaultInstant
}

interface ReceiptMarks {
  chat_id: string
  user_id: string
  kind: 'delivered' | 'read'
  seq: number
  at: Instant
}

interface StreamOutbox {
  id: Generated<number>
  chat_id: string
  from_seq: number
  to_seq: number
  created_at: DefaultInstant
}

interface UserHeads {
  user_id: string
  last_seq: Generated<number>
}

interface UserLog {
  user_id: string
  kind: UserEntry['kind']
  target_id: string
  seq: number
  changed_at: DefaultInstant
}

interface ChatPreferences {
  chat_id: string
  user_id: string
  muted_until: Instant | null
  pinned_at: Instant | null
  archived_at: Instant | null
  draft: Json<ChatDraft> | null
}

interface MessageReactions {
  message_id: string
  user_id: string
  emoji: string
  created_at: DefaultInstant
}

interface MessageStars {
  user_id: string
  message_id: string
  starred_at: DefaultInstant
}

interface HiddenMessages {
  user_id: string
  message_id: string
  hidden_at: DefaultInstant
}

interface UserBlocks {
  blocker_id: string
  blocked_id: string
  created_at: DefaultInstant
}

interface Nodes {
  id: string
  lease_until: Instant
  started_at: DefaultInstant
}

interface Announcements {
  id: string
  topic: string
  message: Json<unknown>
  created_at: DefaultInstant
}

interface AnnouncementReceipts {
  announcement_id: string
  node_id: string
}

export interface Tables {
  users: Users
  user_search_terms: UserSearchTerms
  sessions: Sessions
  outbox_messages: OutboxMessages
  chats: Chats
  chat_heads: ChatHeads
  chat_windows: ChatWindows
  messages: Messages
  chat_log: ChatLog
  stream_outbox: StreamOutbox
  chat_positions: ChatPositions
  receipt_marks: ReceiptMarks
  user_heads: UserHeads
  user_log: UserLog
  chat_preferences: ChatPreferences
  message_reactions: MessageReactions
  message_stars: MessageStars
  hidden_messages: HiddenMessages
  user_blocks: UserBlocks
  nodes: Nodes
  announcements: Announcements
  announcement_receipts: AnnouncementReceipts
}

export type UserRow = Selectable<Users>
export type SessionRow = Selectable<Sessions>
export type NewSession = Insertable<Sessions>
