/** What a message is. Times are UTC, `seq` and `rev` are positions in the chat's stream. */
import { z } from 'zod'
import { Id, Seq, Timestamp, text } from './fields.ts'
import { PublicUser } from './users.contract.ts'

/** What a text message says. */
export const MessageText = text(1, 10_000).refine((value) => value.trim() !== '', 'must hold more than white space')

const TextContent = z.strictObject({ type: z.literal('text'), text: MessageText }).meta({ id: 'TextContent' })

export const Content = z.discriminatedUnion('type', [TextContent])
export type Content = z.infer<typeof Content>

/** A bare string is text. */
export const GivenContent = z.union([
  Content,
  z
    .string()
    .transform((value) => ({ type: 'text' as const, text: value }))
    .pipe(Content),
])

const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v

const Quote = z.strictObject({
  id: Id,
  senderId: Id,
  content: Content.nullable().describe(
    'null once deleted, and where it is from a time when the reader wasn’t a member; who deleted it for themselves still reads it here',
  ),
})

/** One emoji of Unicode's recommended set (UTS #51), or a pictograph without its variation selector. */
export const Emoji = z
  .string()
  .max(64)
  .refine((value) => oneEmoji.test(value), 'must be a single emoji')

const Reaction = z.strictObject({ emoji: z.string(), userId: Id, createdAt: Timestamp })

/**
 * A message as it travels in frames and acknowledgements: nothing in it depends on who reads it.
 * `rev` is the last position of the chat's stream that touched it; of two versions the higher `rev` is right.
 */
export const Message = z
  .strictObject({
    id: Id,
    chatId: Id,
    seq: Seq,
    rev: Seq,
    senderId: Id,
    content: Content.nullable().describe('null once deleted'),
    replyTo: Quote.nullable(),
    mentions: z.array(Id),
    reactions: z.array(Reaction).describe('In the order in which they were made, which is that of the stream and of `createdAt`'),
    editedAt: Timestamp.nullable(),
    deletedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp.describe('When what it says last changed: sent, edited or deleted. Reactions move `rev`, not this'),
  })
  .meta({ id: 'Message' })
export type Message = z.infer<typeof Message>

/** A message as history shows it. */
export const HistoryMessage = Message.extend({ sender: PublicUser, starred: z.boolean().describe('By the reader') }).meta({
  id: 'HistoryMessage',
})
export type HistoryMessage = z.infer<typeof HistoryMessage>
