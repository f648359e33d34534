/** Chats: private (exactly two) and groups (owner, admins, members). */
import { z } from 'zod'
import { command, event, route } from './define.ts'
import { Id, PageLimit, Seq, Timestamp, text, trimmed } from './fields.ts'
import { Message } from './message.ts'
import { PublicUser } from './users.contract.ts'

export const ChatType = z.enum(['private', 'group'])
export const MemberRole = z.enum(['owner', 'admin', 'member'])
export type MemberRole = z.infer<typeof MemberRole>

export const Member = z
  .strictObject({
    userId: Id,
    role: MemberRole,
    joinedAt: Timestamp,
    deliveredSeq: Seq.describe('Everything up to here has reached a device of theirs'),
    readSeq: Seq.describe('Everything up to here they have read'),
    user: PublicUser,
  })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof Member>

/** How I want a chat to be shown to me; nobody else learns of it. */
export const MySettings = z
  .strictObject({
    mutedUntil: Timestamp.nullable().describe('No notifications before; a year 9999 is for good'),
    pinnedAt: Timestamp.nullable(),
    archivedAt: Timestamp.nullable(),
  })
  .meta({ id: 'MySettings' })
export type MySettings = z.infer<typeof MySettings>

/** What I have begun to write in a chat, on any device. */
export const ChatDraft = z.strictObject({ text: z.string(), replyTo: Id.nullable(), updatedAt: Timestamp }).meta({ id: 'ChatDraft' })
export type ChatDraft = z.infer<typeof ChatDraft>

export const Chat = z
  .strictObject({
    id: Id,
    type: ChatType,
    name: z.string().nullable().describe('null for private chats: show the other person’s name'),
    description: z.string().nullable(),
    avatar: z.string().nullable(),
    members: z.array(Member),
    lastMessage: Message.nullable(),
    lastSeq: Seq,
    unreadCount: z.int().min(0).max(1000).describe('Messages of others above my read position; 1000 means that many or more'),
    mySettings: MySettings,
    draft: ChatDraft.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Chat' })
export type Chat = z.infer<typeof Chat>

const Group = z.strictObject({ chat: Chat, group: Chat.describe('The same object as `chat`') })

export const listChats = route('listChats', {
  summary: 'My chats, the latest active first',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ before: text(1, 200).optional(), limit: PageLimit }),
  output: z.strictObject({ chats: z.array(Chat), nextCursor: z.string().nullable().describe('Pass as `before`') }),
  errors: [],
  rest: { method: 'GET', path: '/api/chats' },
})

export const getChat = route('getChat', {
  summary: 'One chat of mine',
  access: 'user',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({ chatId: Id }),
  output: z.strictObject({ chat: Chat }),
  errors: ['CHAT_NOT_FOUND'],
  rest: { method: 'GET', path: '/api/chats/:chatId' },
})

export const startPrivateChat = route('startPrivateChat', {
  summary: 'The private chat with a person; there is one per pair, made if need be',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ userId: Id }),
  output: z.strictObject({ chat: Chat, created: z.boolean() }),
  errors: ['USER_NOT_FOUND', 'NOT_REACHABLE', 'RULE_BROKEN'],
  rest: { method: 'POST', path: '/api/chats/private', fields: { participantId: 'userId', toUser: 'userId' } },
})

export const createGroup = route('createGroup', {
  summary: 'Create a group; I own it',
  access: 'user',
  rate: { points: 30, seconds: 60 },
  input: z.strictObject({
    name: trimmed(1, 100),
    memberIds: z.array(Id).max(256).default([]),
    description: text(0, 500).optional(),
  }),
  output: Group,
  errors: ['USER_NOT_FOUND', 'NOT_REACHABLE', 'RULE_BROKEN'],
  rest: {
    method: 'POST',
    path: '/api/chats/group',
    status: 201,
    aliases: [{ method: 'POST', path: '/api/groups' }],
    fields: { members: 'memberIds' },
  },
})

export const addMembers = route('addMembers', {
  summary: 'Add people to a group that I administer; who is in it already stays',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z
    .strictObject({ chatId: Id, userId: Id.optional(), userIds: z.array(Id).min(1).max(100).optional() })
    .refine((input) => (input.userId === undefined) !== (input.userIds === undefined), {
      path: ['userIds'],
      message: 'give userId or userIds',
    }),
  output: Group,
  errors: ['CHAT_NOT_FOUND', 'USER_NOT_FOUND', 'NOT_REACHABLE', 'RULE_BROKEN'],
  rest: { method: 'POST', path: '/api/groups/:chatId/members' },
})

export const removeMember = route('removeMember', {
  summary: 'Remove a person from a group that I administer, or myself from any',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ chatId: Id, userId: Id }),
  output: z.strictObject({}),
  errors: ['CHAT_NOT_FOUND', 'MEMBER_NOT_FOUND', 'RULE_BROKEN'],
  rest: { method: 'DELETE', path: '/api/groups/:chatId/members/:userId' },
})

export const leaveChat = route('leaveChat', {
  summary: 'Leave a group; an owner’s ownership passes to the longest-standing admin, else member',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ chatId: Id }),
  output: z.strictObject({}),
  errors: ['CHAT_NOT_FOUND', 'RULE_BROKEN'],
  rest: { method: 'DELETE', path: '/api/chats/:chatId' },
})

export const updateChatSettings = route('updateChatSettings', {
  summary: 'Mute, pin or archive a chat for myself; what is left out stays',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({
    chatId: Id,
    mutedUntil: Timestamp.nullable().optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
  }),
  output: z.strictObject({ mySettings: MySettings }),
  errors: ['CHAT_NOT_FOUND'],
  rest: { method: 'PUT', path: '/api/chats/:chatId/settings' },
})

export const saveDraft = command('save_draft', {
  summary: 'What I have begun to write in a chat, for my other devices; an empty text without a message to answer clears it',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ chatId: Id, text: text(0, 10_000), replyTo: Id.nullable().default(null) }),
  output: z.strictObject({ draft: ChatDraft.nullable() }),
  errors: ['CHAT_NOT_FOUND'],
  rest: { method: 'PUT', path: '/api/chats/:chatId/draft' },
})

export const chatCreated = event('chat_created', {
  summary: 'I am in a new chat: somebody started one with me, or added me',
  payload: z.strictObject({ chat: Chat }),
})

export const memberAdded = event('member_added', {
  summary: 'People joined the chat; to its members',
  payload: z.strictObject({ chatId: Id, seq: Seq, actorId: Id, members: z.array(Member) }),
})

export const memberRemoved = event('member_removed', {
  summary: 'Somebody left or was removed; to the members that stay, and as the last thing to the one who goes',
  payload: z.strictObject({ chatId: Id, seq: Seq, actorId: Id, userId: Id }),
})

export const memberRoleChanged = event('member_role_changed', {
  summary: 'A member has another role, as when an owner leaves',
  payload: z.strictObject({ chatId: Id, seq: Seq, actorId: Id, userId: Id, role: MemberRole }),
})
