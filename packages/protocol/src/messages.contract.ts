/** Messages: sent, read back, edited, deleted. */
import { z } from 'zod'
import { command, event, route } from './define.ts'
import { Id, PageLimit, PageNumber, Seq, Timestamp, text } from './fields.ts'
import { Emoji, GivenContent, HistoryMessage, Message } from './message.ts'

export { Content, GivenContent, HistoryMessage, Message, MessageText } from './message.ts'

export const sendMessage = command('send_message', {
  summary: 'Send a message; acknowledged once it is stored',
  access: 'user',
  rate: { points: 300, seconds: 10 },
  input: z.strictObject({
    chatId: Id,
    content: GivenContent,
    tempId: Id.optional().describe(
      'A UUID of the client’s own, unique per sender: the same id again returns the first result and sends nothing twice.',
    ),
    replyTo: Id.nullable().optional(),
    mentions: z.array(Id).max(50).optional(),
  }),
  output: z.strictObject({ message: Message, tempId: Id.describe('The sender’s own id of the message, or one made for it') }),
  errors: ['CHAT_NOT_FOUND', 'REPLY_NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'NOT_REACHABLE'],
  rest: {
    method: 'POST',
    path: '/api/messages',
    status: 201,
    headers: { 'idempotency-key': 'tempId' },
    fields: { clientMessageId: 'tempId' },
  },
})

export const editMessage = command('edit_message', {
  summary: 'Replace the content of a message of mine',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ messageId: Id, content: GivenContent }),
  output: z.strictObject({ message: Message }),
  errors: ['MESSAGE_NOT_FOUND', 'MESSAGE_DELETED', 'EDIT_WINDOW_CLOSED', 'NOT_REACHABLE'],
  rest: { method: 'PUT', path: '/api/messages/:messageId', fields: { newContent: 'content' } },
})

export const deleteMessage = command('delete_message', {
  summary: 'Delete a message: for everyone, mine, or anyone’s where I administer the group; or for myself alone, any that I see',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ messageId: Id, forEveryone: z.boolean().default(true) }),
  output: z.strictObject({ message: Message }),
  errors: ['MESSAGE_NOT_FOUND'],
  rest: { method: 'DELETE', path: '/api/messages/:messageId', fields: { deleteForEveryone: 'forEveryone' } },
})

const Reacting = z.strictObject({ messageId: Id, emoji: Emoji })

export const addReaction = command('add_reaction', {
  summary: 'React to a message; the same again changes nothing. A message takes 20 different emoji, and 5 of one person',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: Reacting,
  output: z.strictObject({ message: Message }),
  errors: ['MESSAGE_NOT_FOUND', 'MESSAGE_DELETED', 'NOT_REACHABLE', 'RULE_BROKEN'],
  rest: { method: 'PUT', path: '/api/messages/:messageId/react' },
})

export const removeReaction = command('remove_reaction', {
  summary: 'Take a reaction of mine back; there may be none',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: Reacting,
  output: z.strictObject({ message: Message }),
  errors: ['MESSAGE_NOT_FOUND', 'NOT_REACHABLE'],
  rest: { method: 'DELETE', path: '/api/messages/:messageId/react' },
})

export const toggleReaction = route('toggleReaction', {
  summary: 'React to a message, or take the same reaction back; who may have to ask again says `add_reaction` or `remove_reaction`',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: Reacting,
  output: z.strictObject({ message: Message }),
  errors: ['MESSAGE_NOT_FOUND', 'MESSAGE_DELETED', 'NOT_REACHABLE', 'RULE_BROKEN'],
  rest: { method: 'POST', path: '/api/messages/:messageId/react' },
})

export const starMessage = command('star_message', {
  summary: 'Keep a message at hand, or no longer; only I see that',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ messageId: Id, starred: z.boolean().default(true) }),
  output: z.strictObject({ messageId: Id, starred: z.boolean() }),
  errors: ['MESSAGE_NOT_FOUND', 'MESSAGE_DELETED'],
  rest: { method: 'POST', path: '/api/messages/:messageId/star' },
})

export const listStarred = route('listStarred', {
  summary: 'The messages that I starred, the latest starred first',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ before: text(1, 200).optional(), limit: PageLimit }),
  output: z.strictObject({ messages: z.array(HistoryMessage), nextCursor: z.string().nullable().describe('Pass as `before`') }),
  errors: [],
  rest: { method: 'GET', path: '/api/messages/starred' },
})

const Reach = z.strictObject({ userId: Id, at: Timestamp })

export const getMessage = route('getMessage', {
  summary: 'One message',
  access: 'user',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({ messageId: Id }),
  output: z.strictObject({
    message: HistoryMessage,
    deliveredTo: z.array(Reach).describe('Whom it has reached, and when; empty unless it’s mine'),
    readBy: z.array(Reach).describe('Who has read it, and when; empty unless it’s mine'),
  }),
  errors: ['MESSAGE_NOT_FOUND'],
  rest: { method: 'GET', path: '/api/messages/:messageId' },
})

/** A place in a chat's history: a message's id or a position. */
const Place = z.union([Seq, Id])

export const listMessages = route('listMessages', {
  summary: 'A page of a chat’s history, oldest first: the newest, or before, after or around a place, or by page number',
  access: 'user',
  rate: { points: 240, seconds: 60 },
  input: z
    .strictObject({
      chatId: Id,
      before: Place.optional(),
      after: Place.optional(),
      around: Place.optional(),
      page: PageNumber.optional(),
      limit: PageLimit,
    })
    .refine((input) => [input.before, input.after, input.around, input.page].filter((given) => given !== undefined).length <= 1, {
      path: ['before'],
      message: 'give at most one of before, after, around and page',
    }),
  output: z.strictObject({
    messages: z.array(HistoryMessage),
    asOf: Seq.describe('The position of the chat’s stream that the page reflects; live changes above it apply on top.'),
    nextCursor: z.string().nullable().describe('Pass as `before` for older messages'),
    newerCursor: z.string().nullable().describe('Pass as `after` for newer messages'),
    page: z.int().optional(),
    limit: z.int().optional(),
    total: z.int().optional(),
  }),
  errors: ['CHAT_NOT_FOUND', 'MESSAGE_NOT_FOUND'],
  rest: { method: 'GET', path: '/api/chats/:chatId/messages' },
})

/** A message, and with it everything before it in its chat; or a position in a chat's stream. */
const UpTo = z
  .strictObject({ messageId: Id.optional(), chatId: Id.optional(), seq: Seq.optional() })
  .refine((input) => input.messageId !== undefined || input.chatId !== undefined, {
    path: ['messageId'],
    message: 'give a messageId, or chatId and seq',
  })
  .refine((input) => input.messageId !== undefined || input.seq !== undefined, { path: ['seq'], message: 'is needed with chatId' })

const Position = z.strictObject({ chatId: Id, deliveredSeq: Seq, readSeq: Seq })

export const messageDelivered = command('message_delivered', {
  summary: 'Everything up to here has reached this device',
  access: 'user',
  rate: { points: 300, seconds: 10 },
  input: UpTo,
  output: Position,
  errors: ['CHAT_NOT_FOUND', 'MESSAGE_NOT_FOUND'],
})

export const messageRead = command('message_read', {
  summary: 'I have read everything up to here; that it was delivered goes without saying',
  access: 'user',
  rate: { points: 300, seconds: 10 },
  input: UpTo,
  output: Position,
  errors: ['CHAT_NOT_FOUND', 'MESSAGE_NOT_FOUND'],
  rest: { method: 'POST', path: '/api/messages/read', aliases: [{ method: 'POST', path: '/api/chats/:chatId/read' }] },
})

export const messageStatusUpdate = event('message_status_update', {
  summary: 'Somebody’s position moved; to the authors of what lies between, and to their own devices. Silent in chats above 256 members',
  payload: z.strictObject({
    chatId: Id,
    userId: Id,
    status: z.enum(['delivered', 'read']),
    seq: Seq.describe('Everything up to here'),
    messageId: Id.nullable().describe('The newest message that it is about'),
    timestamp: Timestamp,
  }),
})

export const newMessage = event('new_message', {
  summary: 'A message was sent; to every socket of every member, the sender’s too',
  payload: z.strictObject({ message: Message, tempId: Id.describe('The sender’s own id of the message, or one made for it') }),
})

export const messageEdited = event('message_edited', {
  summary: 'A message has new content',
  payload: z.strictObject({ chatId: Id, seq: Seq, message: Message }),
})

export const messageDeleted = event('message_deleted', {
  summary: 'A message was deleted for everyone; its content is gone',
  payload: z.strictObject({ chatId: Id, seq: Seq, messageId: Id, deletedAt: Timestamp }),
})

export const messageReaction = event('message_reaction', {
  summary: 'Somebody reacted to a message, or took a reaction back',
  payload: z.strictObject({
    chatId: Id,
    seq: Seq,
    messageId: Id,
    userId: Id,
    emoji: z.string(),
    action: z.enum(['added', 'removed']),
    createdAt: Timestamp.describe('Of the reaction'),
  }),
})
