/** What is known of one chat, and what can be heard of it. No I/O. */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { ChatDelta, ChatHead, UserEntry } from '@parley/protocol/streams'
import type { Frame } from './chat-frame.ts'
import { type LoadedMessages, nothingLoaded, type Page } from './chat-messages.ts'
import { emptyOutbox, type Outbox, type Sending } from './chat-outgoing.ts'
import type { ParleyError } from './parley-error.ts'
import { nothingUnread, type Unread } from './unread.ts'

/** A reaction that I made or took back, and that the server hasn't confirmed, or only with a number that isn't applied yet. */
export interface Reacting {
  readonly id: string
  readonly messageId: string
  readonly action: 'added' | 'removed'
  readonly reaction: Message['reactions'][number]
  /** The number that brings it, once known. */
  readonly rev?: number
}

export interface ChatState {
  readonly phase: 'loading' | 'open' | 'gone'
  /** An answer is on its way that says what was missed. */
  readonly catchingUp: boolean
  readonly connected: boolean
  /** Whose view it is. */
  readonly userId: string
  readonly chat: Chat | null
  readonly loaded: LoadedMessages
  readonly appliedSeq: number
  /** Frames that wait for what comes before them, by seq. */
  readonly held: ReadonlyMap<number, Frame>
  readonly outbox: Outbox
  readonly unread: Unread
  readonly starredIds: ReadonlySet<string>
  /** By what an entry of my own stream is about, the number of the last one that was applied. */
  readonly ownSeqs: ReadonlyMap<string, number>
  /** How far those were who left, should they come back. */
  readonly departed: ReadonlyMap<string, Position>
  readonly reacting: readonly Reacting[]
  /** What came before the chat itself was known. */
  readonly early: readonly ChatInput[]
}

/** What is kept of a chat between two starts. */
export interface KeptChat {
  readonly chat: Chat
  readonly messages: readonly Message[]
  readonly oldestSeq: number
  readonly appliedSeq: number
  /** What `chat.unreadCount` is as of. */
  readonly countedSeq: number
  readonly starredIds: readonly string[]
}

export type OwnEntry = Extract<UserEntry, { chatId: string }>

export interface Position {
  readonly userId: string
  readonly deliveredSeq: number
  readonly readSeq: number
}

/** What the server knows of how far everybody is, and of what I haven't read, as the chat was at number `lastSeq`. */
export interface Counted {
  readonly lastSeq: number
  readonly unreadCount: number
  readonly positions: readonly Position[]
}

export type ChatInput =
  /** The socket is there, and from now on every frame arrives; what was missed is being asked for. */
  | { readonly kind: 'catching_up'; readonly userId: string }
  | { readonly kind: 'lost' }
  /** What an earlier start of this client knew; more may have happened since. */
  | { readonly kind: 'restored'; readonly userId: string; readonly kept: KeptChat }
  /** The chat and its newest page; `tempIds` are of messages of one's own that may be on it. */
  | { readonly kind: 'opened'; readonly chat: Chat; readonly page: StarredPage; readonly tempIds: ChatDelta['tempIds'] }
  /** The chat without its messages but the newest, as a list shows it. */
  | { readonly kind: 'listed'; readonly chat: Chat }
  | { readonly kind: 'counted'; readonly counted: Counted }
  | { readonly kind: 'head'; readonly head: ChatHead }
  /** Nothing happened in it that a list shows. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'synced'; readonly delta: ChatDelta }
  /** The page of history that ends before the position `before`. */
  | { readonly kind: 'older'; readonly before: number; readonly page: StarredPage }
  /** A live event, or the acknowledgement of a message of one's own, which says the same. */
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** An entry of my own stream; or, without a number, what I do just now. */
  | { readonly kind: 'own'; readonly entry: OwnEntry }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'gone' }
  | { readonly kind: 'sending'; readonly sending: Sending }
  | { readonly kind: 'failed'; readonly tempId: string; readonly error: ParleyError }
  | { readonly kind: 'discarded'; readonly tempId: string }
  | { readonly kind: 'reacting'; readonly reacting: Reacting }
  /** The server answered with the message; without one it refused. */
  | { readonly kind: 'reacted'; readonly id: string; readonly message?: Message }

/** A page of history with those of its messages that I starred. */
export interface StarredPage extends Page {
  readonly starredIds: readonly string[]
}

export const newChatState: ChatState = {
  phase: 'loading',
  catchingUp: false,
  connected: false,
  userId: '',
  chat: null,
  loaded: nothingLoaded,
  appliedSeq: 0,
  held: new Map(),
  outbox: emptyOutbox,
  unread: nothingUnread,
  starredIds: new Set(),
  ownSeqs: new Map(),
  departed: new Map(),
  reacting: [],
  early: [],
}

/** Something is missing before what is held, and nobody has asked for it yet. */
export const hasHole = (state: ChatState): boolean => state.phase === 'open' && !state.catchingUp && state.held.size > 0

/** How many messages of a chat are kept between two starts: the newest ones. */
const keptMessages = 200

/** Whether of the one something else is kept than of the other. */
export const isKeptAnew = (one: ChatState, other: ChatState): boolean =>
  (['phase', 'chat', 'loaded', 'appliedSeq', 'unread', 'starredIds'] as const).some((key) => one[key] !== other[key])

/** Undefined where there is nothing to keep. */
export function keptOf({ phase, chat, loaded, appliedSeq, unread, starredIds }: ChatState): KeptChat | undefined {
  if (phase !== 'open' || chat === null) return undefined
  const messages = loaded.messages.slice(-keptMessages)
  const oldestSeq = messages.length < loaded.messages.length ? (messages[0]?.seq ?? 0) : loaded.oldestSeq
  const starred = messages.map(({ id }) => id).filter((id) => starredIds.has(id))
  return { chat, messages, oldestSeq, appliedSeq, countedSeq: Math.max(appliedSeq, unread.asOf), starredIds: starred }
}
