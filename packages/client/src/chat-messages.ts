/** The messages of one chat that are loaded, and what becomes of them as the chat's stream goes on. No I/O. */
import type { Message } from '@parley/protocol/messages'

/** What is known of a message that was deleted before it was loaded. */
export interface Erasure {
  readonly id: string
  readonly rev: number
  readonly deletedAt: string
}

/** A reaction that was made, or taken back. */
export interface Reacted {
  readonly id: string
  readonly rev: number
  readonly reaction: Message['reactions'][number]
  readonly action: 'added' | 'removed'
}

/** A message as it is after a change of it, or what the change did. */
export type Change = Message | Erasure | Reacted

export interface LoadedMessages {
  /** Everything that this reader may see from `oldestSeq` on, in order of `seq`. */
  readonly messages: readonly Message[]
  readonly oldestSeq: number
  /** From here on every change was seen; a page that was read before may lack some. */
  readonly changesSince: number
  /** The changes of each message that isn't loaded, as far as one doesn't say all: they may be newer than the page that will bring the message. */
  readonly changedElsewhere: ReadonlyMap<string, readonly Change[]>
  /** Messages that I deleted for myself; a page that was read before may still hold them. */
  readonly hidden: ReadonlySet<string>
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

export const nothingLoaded: LoadedMessages = {
  messages: [],
  oldestSeq: 0,
  changesSince: 0,
  changedElsewhere: new Map(),
  hidden: new Set(),
}

const visible = (messages: readonly Message[], hidden: ReadonlySet<string>) => messages.filter(({ id }) => !hidden.has(id))

/** The newest part of a chat, up to `upTo`. What lies above comes by itself, in its order. */
export function loadNewest({ messages, hasOlder }: Page, upTo: number, hidden: ReadonlySet<string>): LoadedMessages {
  const kept = messages.filter(({ seq }) => seq <= upTo)
  const oldestSeq = hasOlder ? (kept[0]?.seq ?? upTo + 1) : 0
  return { messages: visible(kept, hidden), oldestSeq, changesSince: upTo, changedElsewhere: new Map(), hidden }
}

/** Puts the page that ends before the oldest message in front of what is loaded; one that was read before that was started over is left out. */
export function loadOlder(loaded: LoadedMessages, { messages, hasOlder, asOf }: Page): LoadedMessages {
  if (asOf < loaded.changesSince) return loaded
  const changedElsewhere = new Map(loaded.changedElsewhere)
  const older = visible(messages, loaded.hidden).map((message) => {
    const changes = changedElsewhere.get(message.id) ?? []
    changedElsewhere.delete(message.id)
    const current = changes.filter(({ rev }) => rev > message.rev).reduce(changed, message)
    return withFreshQuote(loaded, current, asOf)
  })
  const oldestSeq = hasOlder ? (messages[0]?.seq ?? loaded.oldestSeq) : 0
  const joined: LoadedMessages = { ...loaded, messages: [...older, ...loaded.messages], oldestSeq, changedElsewhere }
  // The page may be ahead of the stream: what changed in it is quoted as it says now.
  return older.filter(({ rev, seq }) => rev > seq).reduce((result, { id, content }) => requoteAll(result, id, content), joined)
}

/** Puts in a message that was sent above the oldest one; it was read as of `asOf`. */
export function addMessage(loaded: LoadedMessages, message: Message, asOf: number): LoadedMessages {
  const { messages, hidden } = loaded
  const place = messages.findLastIndex(({ seq }) => seq <= message.seq)
  if (messages[place]?.id === message.id) return changeMessage(loaded, message, asOf)
  if (hidden.has(message.id)) return loaded
  return { ...loaded, messages: messages.toSpliced(place + 1, 0, withFreshQuote(loaded, message, asOf)) }
}

/** A message changed: of two versions the higher `rev` stays (O3), and quotes of it say what it says. */
export function changeMessage(loaded: LoadedMessages, change: Change, asOf: number): LoadedMessages {
  const index = loaded.messages.findLastIndex(({ id }) => id === change.id)
  const message = loaded.messages[index]
  const elsewhere = loaded.changedElsewhere.get(change.id) ?? []
  if (((message ?? elsewhere.at(-1))?.rev ?? 0) >= change.rev) return loaded
  if (message === undefined) {
    const changedElsewhere = new Map(loaded.changedElsewhere).set(change.id, later(elsewhere, change))
    return requoted({ ...loaded, changedElsewhere }, change)
  }
  const messages = loaded.messages.with(index, withFreshQuote(loaded, changed(message, change), asOf))
  return requoted({ ...loaded, messages }, change)
}

/** I deleted a message for myself: it's gone, and stays gone. Quotes of it say what they said. */
export const hideMessage = (loaded: LoadedMessages, messageId: string): LoadedMessages => {
  const hidden = new Set(loaded.hidden).add(messageId)
  return { ...loaded, hidden, messages: visible(loaded.messages, hidden) }
}

/** What a deleted message said is gone from its quotes, and stays gone. */
export function requote<Item extends Replying>(item: Item, quotedId: string, content: Message['content']): Item {
  const { replyTo } = item
  if (replyTo?.id !== quotedId || replyTo.content === null) return item
  return { ...item, replyTo: { ...replyTo, content } }
}

const requoted = (loaded: LoadedMessages, change: Change): LoadedMessages =>
  saysAll(change) ? requoteAll(loaded, change.id, contentOf(change)) : loaded

function requoteAll(loaded: LoadedMessages, quotedId: string, content: Message['content']): LoadedMessages {
  return { ...loaded, messages: loaded.messages.map((message) => requote(message, quotedId, content)) }
}

/** A message that was read as of `asOf` quotes what may have changed since. */
function withFreshQuote(loaded: LoadedMessages, message: Message, asOf: number): Message {
  const quoted = message.replyTo === null ? undefined : knownVersion(loaded, message.replyTo.id)
  if (quoted === undefined || quoted.rev <= asOf) return message
  return requote(message, quoted.id, contentOf(quoted))
}

const knownVersion = (loaded: LoadedMessages, id: string): Message | Erasure | undefined =>
  loaded.messages.findLast((message) => message.id === id) ?? loaded.changedElsewhere.get(id)?.findLast(saysAll)

/** Whether a message is known to be deleted, for everyone or for me. */
export function isGone(loaded: LoadedMessages, id: string): boolean {
  const known = knownVersion(loaded, id)
  return loaded.hidden.has(id) || (known !== undefined && contentOf(known) === null)
}

/** Whether a change tells what the message is now, rather than what was done to it. */
const saysAll = (change: Change): change is Message | Erasure => !('reaction' in change)

const contentOf = (change: Message | Erasure): Message['content'] => ('content' in change ? change.content : null)

/** What must be remembered of a message's changes once there is another one. */
function later(changes: readonly Change[], change: Change): readonly Change[] {
  if (saysAll(change)) return [change]
  const isSame = (other: Change) => 'reaction' in other && isSameReaction(other.reaction, change.reaction)
  return [...changes.filter((other) => !isSame(other)), change]
}

type Reaction = Message['reactions'][number]

const isSameReaction = (one: Reaction, other: Reaction) => one.userId === other.userId && one.emoji === other.emoji

/** Reactions after one was made or taken back, in the order in which they were made. */
export function reactTo(reactions: readonly Reaction[], { reaction, action }: Pick<Reacted, 'reaction' | 'action'>): Reaction[] {
  const others = reactions.filter((other) => !isSameReaction(other, reaction))
  return action === 'added' ? [...others, reaction] : others
}

/** A deleted message keeps its place and nothing of what it said. */
function changed(message: Message, change: Change): Message {
  if ('content' in change) return change
  const { rev } = change
  if ('reaction' in change) return { ...message, rev, reactions: reactTo(message.reactions, change) }
  const { deletedAt } = change
  const bare = { content: null, mentions: [], reactions: [], replyTo: null, editedAt: null }
  return { ...message, ...bare, deletedAt, updatedAt: deletedAt, rev }
}
