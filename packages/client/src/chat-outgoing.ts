/** What somebody said in a chat that isn't known to be stored yet. No I/O. */
import type { Message } from '@parley/protocol/messages'
import { requote } from './chat-messages.ts'
import type { ParleyError } from './parley-error.ts'

export interface Draft {
  /** The client id: however often it's sent with this one, it is stored once (E1). */
  readonly tempId: string
  readonly chatId: string
  readonly content: NonNullable<Message['content']>
  readonly replyTo: Message['replyTo']
  readonly mentions: readonly string[]
  /** By this device's clock. */
  readonly createdAt: string
}

/** A draft that is being sent, and what may be done about it. */
export interface Sending extends Draft {
  /** Tries again, under the same `tempId`; one that is being sent at once rather than after a while. */
  retry(): void
  /** Gives it up. What had left before may be stored all the same, and is shown then. */
  discard(): void
}

interface SendingMessage extends Sending {
  readonly status: 'sending'
}

interface FailedMessage extends Sending {
  readonly status: 'failed'
  readonly error: ParleyError
}

/** A message of one's own that isn't known to be stored: on its way, or refused. */
export type OutgoingMessage = SendingMessage | FailedMessage

export interface Outbox {
  readonly outgoing: readonly OutgoingMessage[]
  /** By id of what was stored from here, the `tempId` that it was shown under before. */
  readonly tempIds: ReadonlyMap<string, string>
}

/** What is to be sent, quoting what it answers as far as that is known here. */
export function draftOf(
  message: { readonly content: string | NonNullable<Message['content']>; readonly replyTo?: string; readonly mentions?: readonly string[] },
  { chatId, tempId, quoted, userId }: { chatId: string; tempId: string; quoted: Message | undefined; userId: string },
): Draft {
  const { content, replyTo, mentions } = message
  const unknown = replyTo === undefined ? null : { id: replyTo, senderId: userId, content: null }
  return {
    tempId,
    chatId,
    content: typeof content === 'string' ? { type: 'text', text: content } : content,
    replyTo: quoted ? { id: quoted.id, senderId: quoted.senderId, content: quoted.content } : unknown,
    mentions: mentions ?? [],
    createdAt: new Date().toISOString(),
  }
}

export const emptyOutbox: Outbox = { outgoing: [], tempIds: new Map() }

const without = (outgoing: readonly OutgoingMessage[], tempId: string) => outgoing.filter((message) => message.tempId !== tempId)

/** Shows a message as being sent: last, or where it was when it is tried again. */
export function startSending(outbox: Outbox, sending: Sending): Outbox {
  const message: OutgoingMessage = { ...sending, status: 'sending' }
  const index = outbox.outgoing.findIndex(({ tempId }) => tempId === sending.tempId)
  return { ...outbox, outgoing: index < 0 ? [...outbox.outgoing, message] : outbox.outgoing.with(index, message) }
}

/** A failure that comes after the message was found stored changes nothing. */
export const failSending = (outbox: Outbox, failedId: string, error: ParleyError): Outbox => ({
  ...outbox,
  outgoing: outbox.outgoing.map((message) => (message.tempId === failedId ? { ...message, error, status: 'failed' } : message)),
})

export const discardDraft = (outbox: Outbox, tempId: string): Outbox => ({ ...outbox, outgoing: without(outbox.outgoing, tempId) })

/** The stored message takes the place of what was shown for it. */
export function settle(outbox: Outbox, tempId: string, messageId: string): Outbox {
  const { outgoing, tempIds } = outbox
  if (!outgoing.some((message) => message.tempId === tempId)) return outbox
  return { outgoing: without(outgoing, tempId), tempIds: new Map(tempIds).set(messageId, tempId) }
}

/** What is being sent quotes nothing that was deleted meanwhile. */
export const requoteOutgoing = (outbox: Outbox, quotedId: string, content: Message['content']): Outbox => ({
  ...outbox,
  outgoing: outbox.outgoing.map((message) => requote(message, quotedId, content)),
})
