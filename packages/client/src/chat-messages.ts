/** The messages of one chat that are loaded, and what becomes of them as the chat's stream goes on. No I/O. */
import type { Message } from '@parley/protocol/messages'

/** What is known of a message that was deleted before it was loaded. */
export interface Erasure {
  readonly id: string
  readonly rev: number
  readonly deletedAt: string
}

/** A message as it is after a change of it. */
export type Change = Message | Erasure

export interface LoadedMessages {
  /** Everything that this reader may see from `oldestSeq` on, in order of `seq`. */
  readonly messages: readonly Message[]
  readonly oldestSeq: number
  /** From here on every change was seen; a page that was read before may lack some. */
  readonly changesSince: number
  /** The latest change of each message that isn't loaded: it may be newer than the page that will bring the message. */
  readonly changedElsewhere: ReadonlyMap<string, Change>
}

/** A part of the history as the server read it. */
export interface Page {
  readonly messages: readonly Message[]
  readonly hasOlder: boolean
  /** Everything in it is at least as new as this position of the stream. */
  readonly asOf: number
}

/** Something that may quote a message. */
interface Replying {
  readonly replyTo: Message['replyTo']
}

/** The newest part of a chat, up to `upTo`. What lies above comes by itself, in its order. */
export function loadNewest({ messages, hasOlder }: Page, upTo: number): LoadedMessages {
  const kept = messages.filter(({ seq }) => seq <= upTo)
  return { messages: kept, oldestSeq: hasOlder ? (kept[0]?.seq ?? upTo + 1) : 0, changesSince: upTo, changedElsewhere: new Map() }
}

/** Puts the page that ends before the oldest message in front of what is loaded; one that was read before that was started over is left out. */
export function loadOlder(loaded: LoadedMessages, { messages, hasOlder, asOf }: Page): LoadedMessages {
  if (asOf < loaded.changesSince) return loaded
  const changedElsewhere = new Map(loaded.changedElsewhere)
  const older = messages.map((message) => {
    const change = changedElsewhere.get(message.id)
    changedElsewhere.delete(message.id)
    const current = change === undefined || change.rev <= message.rev ? message : changed(message, change)
    return withFreshQuote(loaded, current, asOf)
  })
  const oldestSeq = hasOlder ? (older[0]?.seq ?? loaded.oldestSeq) : 0
  const joined: LoadedMessages = { ...loaded, messages: [...older, ...loaded.messages], oldestSeq, changedElsewhere }
  // The page may be ahead of the stream: what changed in it is quoted as it says now.
  return older.filter(({ rev, seq }) => rev > seq).reduce((result, { id, content }) => requoteAll(result, id, content), joined)
}

/** Puts in a message that was sent above the oldest one; it was read as of `asOf`. */
export function addMessage(loaded: LoadedMessages, message: Message, asOf: number): LoadedMessages {
  const { messages } = loaded
  const place = messages.findLastIndex(({ seq }) => seq <= message.seq)
  if (messages[place]?.id === message.id) return changeMessage(loaded, message, asOf)
  return { ...loaded, messages: messages.toSpliced(place + 1, 0, withFreshQuote(loaded, message, asOf)) }
}

/** A message changed: of two versions the higher `rev` stays (O3), and quotes of it say what it says. */
export function changeMessage(loaded: LoadedMessages, change: Change, asOf: number): LoadedMessages {
  if ((knownVersion(loaded, change.id)?.rev ?? 0) >= change.rev) return loaded
  const index = loaded.messages.findLastIndex(({ id }) => id === change.id)
  const message = loaded.messages[index]
  const content = 'content' in change ? change.content : null
  if (message === undefined) {
    const changedElsewhere = new Map(loaded.changedElsewhere).set(change.id, change)
    return requoteAll({ ...loaded, changedElsewhere }, change.id, content)
  }
  const messages = loaded.messages.with(index, withFreshQuote(loaded, changed(message, change), asOf))
  return requoteAll({ ...loaded, messages }, change.id, content)
}

/** What a deleted message said is gone from its quotes, and stays gone. */
export function requote<Item extends Replying>(item: Item, quotedId: string, content: Message['content']): Item {
  const { replyTo } = item
  if (replyTo?.id !== quotedId || replyTo.content === null) return item
  return { ...item, replyTo: { ...replyTo, content } }
}

function requoteAll(loaded: LoadedMessages, quotedId: string, content: Message['content']): LoadedMessages {
  return { ...loaded, messages: loaded.messages.map((message) => requote(message, quotedId, content)) }
}

/** A message that was read as of `asOf` quotes what may have changed since. */
function withFreshQuote(loaded: LoadedMessages, message: Message, asOf: number): Message {
  const quoted = message.replyTo === null ? undefined : knownVersion(loaded, message.replyTo.id)
  if (quoted === undefined || quoted.rev <= asOf) return message
  return requote(message, quoted.id, 'content' in quoted ? quoted.content : null)
}

const knownVersion = (loaded: LoadedMessages, id: string): Change | undefined =>
  loaded.messages.findLast((message) => message.id === id) ?? loaded.changedElsewhere.get(id)

/** A deleted message keeps its place and nothing of what it said. */
function changed(message: Message, change: Change): Message {
  if ('content' in change) return change
  const { rev, deletedAt } = change
  return { ...message, content: null, mentions: [], replyTo: null, editedAt: null, deletedAt, updatedAt: deletedAt, rev }
}
