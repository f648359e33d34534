/** A chat's messages as they are kept on the page, and how live events change them. No I/O. */
import type { Message } from '@parley/client'
import type { LiveEvent } from '../../live/live-event.ts'

export interface History {
  /** Oldest first, by `seq`. */
  readonly messages: readonly Message[]
  /** Where the next page of older messages begins; null at the chat's beginning. */
  readonly olderCursor: string | null
}

const bySeq = (one: Message, other: Message) => one.seq - other.seq

/** Puts messages in by id; of two versions of one message the higher `rev` stays. */
export function putMessages(history: History, incoming: readonly Message[]): History {
  const byId = new Map(history.messages.map((message) => [message.id, message]))
  for (const message of incoming) {
    const known = byId.get(message.id)
    if (known === undefined || message.rev > known.rev) byId.set(message.id, message)
  }
  return { ...history, messages: [...byId.values()].sort(bySeq) }
}

/** What others quote of `messageId` says the same as the message itself. */
const requote = (history: History, messageId: string, content: Message['content']): History => ({
  ...history,
  messages: history.messages.map((message) =>
    message.replyTo?.id === messageId ? { ...message, replyTo: { ...message.replyTo, content } } : message,
  ),
})

function change(history: History, changed: Message | undefined): History {
  if (changed === undefined) return history
  const known = history.messages.find(({ id }) => id === changed.id)
  if (known === undefined) return requote(history, changed.id, changed.content)
  if (known.rev >= changed.rev) return history
  return requote(putMessages(history, [changed]), changed.id, changed.content)
}

/** The history after a message was changed; one that isn't on the page yet stays away, as it's older than what is. */
export const changeMessage = (history: History, changed: Message): History => change(history, changed)

function erase(history: History, payload: Extract<LiveEvent, { name: 'message_deleted' }>['payload']): History {
  const known = history.messages.find(({ id }) => id === payload.messageId)
  if (known === undefined) return requote(history, payload.messageId, null)
  return change(history, { ...known, content: null, deletedAt: payload.deletedAt, rev: payload.seq })
}

/** The history after a live event of its chat. Folding the same event twice changes nothing. */
export function foldHistory(history: History, event: LiveEvent): History {
  if (event.name === 'new_message') return putMessages(history, [event.payload.message])
  if (event.name === 'message_edited') return change(history, event.payload.message)
  if (event.name === 'message_deleted') return erase(history, event.payload)
  return history
}
