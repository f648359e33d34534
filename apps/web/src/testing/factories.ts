import type { Chat, Member, Message, PublicUser } from '@parley/client'

const time = (minute: number) => new Date(Date.UTC(2025, 4, 3, 10, minute)).toISOString()

const personOf = (id: string): PublicUser => ({
  id,
  username: id,
  name: id,
  avatar: `/avatars/${id}`,
  bio: null,
  location: null,
  website: null,
  status: 'offline',
  customStatus: null,
  lastSeen: null,
  nativeLanguage: null,
  learningLanguages: [],
  createdAt: time(0),
})

export const memberOf = (userId: string, role: Member['role'] = 'member'): Member => ({
  userId,
  role,
  joinedAt: time(0),
  deliveredSeq: 0,
  readSeq: 0,
  user: personOf(userId),
})

/** The message at position `seq`, sent in that minute. */
export const messageOf = (seq: number, given: Partial<Message> = {}): Message => ({
  id: `message ${seq}`,
  chatId: 'chat',
  seq,
  rev: seq,
  senderId: 'ben',
  content: { type: 'text', text: `text ${seq}` },
  replyTo: null,
  mentions: [],
  reactions: [],
  editedAt: null,
  deletedAt: null,
  createdAt: time(seq),
  updatedAt: time(seq),
  ...given,
})

export const chatOf = (id: string, given: Partial<Chat> = {}): Chat => ({
  id,
  type: 'group',
  name: id,
  description: null,
  avatar: null,
  members: [memberOf('me', 'owner'), memberOf('ben')],
  lastMessage: null,
  lastSeq: 0,
  unreadCount: 0,
  mySettings: { mutedUntil: null, pinnedAt: null, archivedAt: null },
  draft: null,
  createdAt: time(0),
  ...given,
})
