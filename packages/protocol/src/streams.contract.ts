/**
 * Catching up. A chat's stream is one sequence over its messages and every change to them and to the chat; a person's own
 * stream is one over what only they see. A device that knows how far it has come asks for the rest, and gets each thing
 * that changed once, as it is now.
 */
import { z } from 'zod'
import { Chat, ChatDraft, MySettings } from './chats.contract.ts'
import { command, event } from './define.ts'
import { Id, Seq, text } from './fields.ts'
import { Message } from './message.ts'
import { UserSettings } from './users.contract.ts'

/** How many numbers of a stream one answer covers; who is further behind starts over from the newest. */
export const syncSpan = 500

export const ChatDelta = z
  .strictObject({
    chatId: Id,
    from: Seq,
    to: Seq.describe('The answer covers the numbers above `from` up to `to`, all of them: what isn’t listed isn’t for this reader.'),
    head: Seq.describe('How far the stream has come; ask again from `to` while that is lower'),
    reset: z
      .boolean()
      .describe('Too far behind: drop what is kept of this chat, take these messages as its newest, and page back on demand'),
    messages: z
      .array(Message)
      .describe('Everything sent or changed in the range, once, as it is now, in order of seq; of two versions the higher rev is right'),
    tempIds: z.record(Id, Id).describe('By message, the id that the reader sent it under; of those listed that are their own'),
    chat: Chat.nullable().describe('The chat with its members, where these changed in the range'),
  })
  .meta({ id: 'ChatDelta' })
export type ChatDelta = z.infer<typeof ChatDelta>

/** How many entries of one's own stream, and how many heads of chats, one answer holds. */
export const syncPage = 200

const ofChat = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), seq: Seq, chatId: Id, ...shape })

/** Something that only I see, as it is now. Of two entries of one kind and target the higher `seq` is right. */
export const UserEntry = z
  .discriminatedUnion('kind', [
    ofChat('membership', { member: z.boolean().describe('Whether I am in this chat') }),
    ofChat('chat_settings', { mySettings: MySettings }),
    ofChat('position', { deliveredSeq: Seq, readSeq: Seq, unreadCount: z.int().min(0).max(1000) }),
    ofChat('draft', { draft: ChatDraft.nullable() }),
    ofChat('star', { messageId: Id, starred: z.boolean() }),
    ofChat('hidden', { messageId: Id }),
    z.strictObject({ kind: z.literal('block'), seq: Seq, userId: Id, blocked: z.boolean() }),
    z.strictObject({ kind: z.literal('settings'), seq: Seq, settings: UserSettings }),
  ])
  .meta({ id: 'UserEntry' })
export type UserEntry = z.infer<typeof UserEntry>

export const UserDelta = z
  .strictObject({
    from: Seq,
    to: Seq.describe('The answer covers the numbers above `from` up to `to`, all of them'),
    head: Seq.describe('How far the stream has come; ask again from `to` while that is lower'),
    entries: z.array(UserEntry).describe('In order of seq'),
  })
  .meta({ id: 'UserDelta' })
export type UserDelta = z.infer<typeof UserDelta>

/** What a list of chats shows of a chat that changed. */
export const ChatHead = z
  .strictObject({
    chatId: Id,
    lastSeq: Seq,
    unreadCount: z.int().min(0).max(1000),
    lastMessage: Message.nullable(),
    positions: z
      .array(z.strictObject({ userId: Id, deliveredSeq: Seq, readSeq: Seq }))
      .describe('How far the members have come; empty in chats above 256 members'),
  })
  .meta({ id: 'ChatHead' })
export type ChatHead = z.infer<typeof ChatHead>

export const sync = command('sync', {
  summary:
    'What a device missed, given how far it has come: in chats, in its person’s own stream, and which chats changed; subscribe first, so that nothing falls between',
  access: 'user',
  rate: { points: 300, seconds: 60 },
  input: z.strictObject({
    chats: z
      .record(Id, Seq)
      .refine((chats) => Object.keys(chats).length <= 20, 'ask for 20 chats at a time')
      .default({})
      .describe('By chat, the last number of its stream that the device has applied; 0 for nothing'),
    userSeq: Seq.optional().describe('The last number of one’s own stream that the device has applied; 0 brings all that there is'),
    since: text(1, 200).optional().describe('The `since` of the last answer: which chats changed from then on'),
  }),
  output: z.strictObject({
    chats: z.array(ChatDelta),
    gone: z.array(Id).describe('Chats that this person is not in, or that don’t exist'),
    user: UserDelta.describe('Without `userSeq` it holds nothing and says where the stream is'),
    heads: z.array(ChatHead).describe('The chats that changed; none without `since`'),
    since: z.string().describe('Where to go on from; take it before reading the list of chats, and nothing falls between'),
    more: z.boolean().describe('There are more heads: ask again with this `since`'),
  }),
  errors: [],
  rest: { method: 'POST', path: '/api/sync' },
})

export const userStream = event('user_stream', {
  summary: 'Entries of one’s own stream; to every socket of that person alone',
  payload: z.strictObject({ entries: z.array(UserEntry) }),
})

export const streamVoid = event('stream_void', {
  summary: 'The numbers of a chat’s stream above `from` up to `seq` hold nothing for this reader',
  payload: z.strictObject({ chatId: Id, from: Seq, seq: Seq }),
})
