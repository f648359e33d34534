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

export interface Failure {
  readonly error: ParleyError
  /** Sends it again, under the same `tempId`. */
  retry(): void
  discard(): void
}

interface SendingMessage extends Draft {
  readonly status: 'sending'
}

interface FailedMessage extends Draft, Failure {
  readonly status: 'failed'
}

/** A message of one's own that isn't known to be stored: on its way, or failed. */
export type OutgoingMessage = SendingMessage | FailedMessage

export interface Outbox {
  readonly outgoing: readonly OutgoingMessage[]
  /** By id of what was stored from here, the `tempId` that it was shown under before. */
  readonly tempIds: ReadonlyMap<string, string>
}

export const emptyOutbox: Outbox = { outgoing: [], tempIds: new Map() }

const without = (outgoing: readonly OutgoingMessage[], tempId: string) => outgoing.filter((message) => message.tempId !== tempId)

/** Shows a message as being sent, last; whether for the first time or again. */
export const startSending = (outbox: Outbox, { tempId, chatId, content, replyTo, mentions, createdAt }: Draft): Outbox => ({
  ...outbox,
  outgoing: [...without(outbox.outgoing, tempId), { tempId, chatId, content, replyTo, mentions, createdAt, status: 'sending' }],
})

/** A failure that comes after the message was found stored changes nothing. */
export const failSending = (outbox: Outbox, tempId: string, failure: Failure): Outbox => ({
  ...outbox,
  outgoing: outbox.outgoing.map((message) => (message.tempId === tempId ? { ...message, ...failure, status: 'failed' } : message)),
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
