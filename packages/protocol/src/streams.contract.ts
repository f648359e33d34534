/**
 * Catching up. A chat's stream is one sequence over its messages and every change to them and to the chat; a device that
 * knows how far it has come asks for the rest, and gets each thing that changed once, as it is now.
 */
import { z } from 'zod'
import { Chat } from './chats.contract.ts'
import { command } from './define.ts'
import { Id, Seq } from './fields.ts'
import { Message } from './messages.contract.ts'

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

export const sync = command('sync', {
  summary: 'What a device missed in chats, given how far it has come in each; subscribe first, so that nothing falls between',
  access: 'user',
  rate: { points: 300, seconds: 60 },
  input: z.strictObject({
    chats: z
      .record(Id, Seq)
      .refine((chats) => Object.keys(chats).length <= 20, 'ask for 20 chats at a time')
      .describe('By chat, the last number of its stream that the device has applied; 0 for nothing'),
  }),
  output: z.strictObject({
    chats: z.array(ChatDelta),
    gone: z.array(Id).describe('Chats that this person is not in, or that don’t exist'),
  }),
  errors: [],
  rest: { method: 'POST', path: '/api/sync' },
})
