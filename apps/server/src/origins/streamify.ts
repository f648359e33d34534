/** Streamify, a chat for people who learn languages: docs/origins/streamify.md. */
import { authenticated, authenticationError, login, logout, me, register } from '@parley/protocol/auth'
import { Chat, startPrivateChat } from '@parley/protocol/chats'
import type { Alias, OutputOf, PayloadOf } from '@parley/protocol/define'
import { Id } from '@parley/protocol/fields'
import { GivenContent, HistoryMessage, listMessages, Message, MessageText, newMessage, sendMessage } from '@parley/protocol/messages'
import { errorEvent, messageError } from '@parley/protocol/operations'
import { typingStart, typingStop, userStatusChanged, userTyping, watchPresence } from '@parley/protocol/presence'
import { updateProfile } from '@parley/protocol/users'
import { z } from 'zod'
import type { FamilyCommand, Opening, Origin, Told } from '../transport/families.ts'

/** What a Streamify message has beyond ours. `_id` is added to whatever has an `id`. */
const extras = {
  text: z.string().nullable().describe('null where it is no text, and once deleted'),
  fileUrl: z.string().nullable(),
  messageType: z.string(),
}

const StreamifyMessage = Message.extend(extras).meta({ id: 'StreamifyMessage' })
const StreamifyHistoryMessage = HistoryMessage.extend(extras).meta({ id: 'StreamifyHistoryMessage' })
const StreamifyChat = Chat.extend({ lastMessage: StreamifyMessage.nullable() }).meta({ id: 'StreamifyChat' })

const messageOf = <M extends Message>(message: M) => ({
  ...message,
  text: message.content?.type === 'text' ? message.content.text : null,
  fileUrl: null,
  messageType: message.content?.type ?? 'text',
})

/** Whatever else a client says of a message, such as who sent it, is ignored: the server knows better. */
const Sending = z
  .object({
    chatId: Id,
    text: MessageText.optional(),
    content: GivenContent.optional().describe('As natively, in place of `text`'),
    messageType: z.literal('text', 'must be text: files can’t be sent yet').optional(),
    fileUrl: z.literal(['', null], 'must be left out: files can’t be sent yet').optional(),
    replyTo: Id.nullable().optional(),
    mentions: z.array(Id).max(50).optional(),
    idempotencyKey: Id.optional().describe('A UUID: the same again sends nothing twice. The Idempotency-Key header of a request'),
  })
  .refine(({ text, content }) => (text === undefined) !== (content === undefined), { path: ['text'], message: 'give a text' })
  .transform(({ chatId, text, content, replyTo, mentions, idempotencyKey: tempId }) => ({
    ...{ chatId, content: content ?? text },
    ...(replyTo !== undefined && { replyTo }),
    ...(mentions !== undefined && { mentions }),
    ...(tempId !== undefined && { tempId }),
  }))

const sent: Alias['answer'] = {
  schema: z.strictObject({ message: StreamifyMessage }),
  from: ({ message }: OutputOf<typeof sendMessage>) => ({ message: messageOf(message) }),
}

const aliases: readonly Alias[] = [
  { operation: register, method: 'POST', path: '/auth/signup' },
  { operation: login, method: 'POST', path: '/auth/login' },
  { operation: logout, method: 'POST', path: '/auth/logout' },
  { operation: me, method: 'GET', path: '/user/me' },
  { operation: updateProfile, method: 'PUT', path: '/user/update' },
  {
    ...{ operation: startPrivateChat, method: 'POST', path: '/chat/start' },
    answer: {
      schema: startPrivateChat.output.extend({ chat: StreamifyChat }),
      from: ({ chat, created }: OutputOf<typeof startPrivateChat>) => ({
        chat: { ...chat, lastMessage: chat.lastMessage && messageOf(chat.lastMessage) },
        created,
      }),
    },
  },
  {
    ...{ operation: listMessages, method: 'GET', path: '/chat/:chatId/messages' },
    answer: {
      schema: listMessages.output.extend({ messages: z.array(StreamifyHistoryMessage) }),
      from: ({ messages, ...page }: OutputOf<typeof listMessages>) => ({ messages: messages.map(messageOf), ...page }),
    },
  },
  {
    ...{ operation: sendMessage, method: 'POST', path: '/message/send' },
    headers: { 'idempotency-key': 'idempotencyKey' },
    input: Sending,
    answer: sent,
  },
]

const Typing = z.object({ chatId: Id })

const commands = new Map<string, FamilyCommand>([
  ['message:send', { native: sendMessage, input: Sending, answer: sent, ownIds: ['tempId', 'clientMessageId'] }],
  ['typing:start', { native: typingStart, input: Typing }],
  ['typing:stop', { native: typingStop, input: Typing }],
])

const asTheyAre = [authenticated, authenticationError, errorEvent, messageError].map(({ name }): [string, Told] => [
  name,
  (payload: unknown) => [name, payload],
])

const events = new Map<string, Told>([
  [newMessage.name, ({ message }: PayloadOf<typeof newMessage>) => ['message:receive', messageOf(message)]],
  [
    userTyping.name,
    ({ isTyping, chatId, userId }: PayloadOf<typeof userTyping>) => [isTyping ? 'typing:start' : 'typing:stop', { chatId, userId }],
  ],
  [
    userStatusChanged.name,
    ({ status, userId }: PayloadOf<typeof userStatusChanged>) => [status === 'offline' ? 'user:offline' : 'user:online', { userId }],
  ],
  ...asTheyAre,
])

/** Its clients watch nobody, and expect to hear of everybody they talk with. */
const whoIsThere: Opening = {
  command: watchPresence,
  input: { partners: true },
  events: ({ presences }: OutputOf<typeof watchPresence>) =>
    presences.filter(({ status }) => status !== 'offline').map((payload) => ({ event: userStatusChanged, payload })),
}

export const streamify: Origin = { name: 'streamify', boundBy: /:/, commands, events, openings: [whoIsThere], aliases }
