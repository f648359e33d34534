/**
 * What one chat looks like, as a function of everything heard of it: state and input in, state out. No I/O.
 *
 * The chat's stream is numbered without holes, and every frame is one number of it. What is shown is always the whole
 * stream up to `appliedSeq`: a frame from before is dropped (E2), one that leaves a hole is held until `sync` has filled
 * it (O1), and while an answer is awaited everything is held, so that it can say where to go on from.
 */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { ChatDelta } from '@parley/protocol/streams'
import { type Frame, foldMembers, seqOf, tempIdOf } from './chat-frame.ts'
import { addMessage, type Change, changeMessage, type LoadedMessages, loadNewest, loadOlder, type Page } from './chat-messages.ts'
import {
  type Draft,
  discardDraft,
  emptyOutbox,
  type Failure,
  failSending,
  type Outbox,
  requoteOutgoing,
  settle,
  startSending,
} from './chat-outgoing.ts'

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
}

export type ChatInput =
  /** The socket is there, and from now on every frame arrives; what was missed is being asked for. */
  | { readonly kind: 'catching_up'; readonly userId: string }
  | { readonly kind: 'lost' }
  | { readonly kind: 'opened'; readonly chat: Chat; readonly page: Page }
  | { readonly kind: 'synced'; readonly delta: ChatDelta }
  /** The page of history that ends before the position `before`. */
  | { readonly kind: 'older'; readonly before: number; readonly page: Page }
  /** A live event, or the acknowledgement of a message of one's own, which says the same. */
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'gone' }
  | { readonly kind: 'sending'; readonly draft: Draft }
  | { readonly kind: 'failed'; readonly tempId: string; readonly failure: Failure }
  | { readonly kind: 'discarded'; readonly tempId: string }

const nothingLoaded: LoadedMessages = { messages: [], oldestSeq: 0, changesSince: 0, changedElsewhere: new Map() }

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
}

export function foldChatInput(state: ChatState, input: ChatInput): ChatState {
  if (state.phase === 'gone') return state
  switch (input.kind) {
    case 'catching_up':
      return { ...state, connected: true, catchingUp: true, userId: input.userId }
    case 'lost':
      return { ...state, connected: false, catchingUp: false }
    case 'opened':
      return opened(state, input.chat, input.page)
    case 'synced':
      return synced(state, input.delta)
    case 'older':
      return input.before === state.loaded.oldestSeq ? { ...state, loaded: loadOlder(state.loaded, input.page) } : state
    case 'frame':
      return received(state, input.frame)
    case 'gone':
      return ended(state)
    case 'sending':
      return { ...state, outbox: startSending(state.outbox, input.draft) }
    case 'failed':
      return { ...state, outbox: failed(state, input.tempId, input.failure) }
    case 'discarded':
      return { ...state, outbox: discardDraft(state.outbox, input.tempId) }
  }
}

/** Something is missing before what is held, and nobody has asked for it yet. */
export const hasHole = (state: ChatState): boolean => state.phase === 'open' && !state.catchingUp && state.held.size > 0

/** The chat and its newest page were read one beside the other; what came after the older of the two is folded on top. */
function opened(state: ChatState, chat: Chat, page: Page): ChatState {
  if (state.phase !== 'loading') return state
  const appliedSeq = Math.min(chat.lastSeq, page.asOf)
  return drained({ ...state, phase: 'open', catchingUp: false, chat, loaded: loadNewest(page, appliedSeq), appliedSeq })
}

function synced(state: ChatState, delta: ChatDelta): ChatState {
  if (state.phase !== 'open' || !state.catchingUp) return state
  const caughtUp = { ...state, catchingUp: delta.to < delta.head, outbox: settledBy(state.outbox, delta) }
  if (delta.reset) return drained(startedOver(caughtUp, delta))
  const { oldestSeq } = state.loaded
  const loaded = delta.messages.reduce((result, message) => {
    const isNew = message.seq > delta.from && message.seq >= oldestSeq
    return isNew ? addMessage(result, message, delta.to) : changeMessage(result, message, delta.to)
  }, state.loaded)
  const outbox = delta.messages.reduce((result, { id, content }) => requoteOutgoing(result, id, content), caughtUp.outbox)
  const chat = delta.to >= state.appliedSeq ? (delta.chat ?? state.chat) : state.chat
  return drained({ ...caughtUp, loaded, outbox, chat, appliedSeq: Math.max(state.appliedSeq, delta.to) })
}

/** Too far behind: nothing of before is kept but what is still to be sent. */
function startedOver(state: ChatState, { messages, to, chat }: ChatDelta): ChatState {
  const page: Page = { messages, hasOlder: messages.length > 0, asOf: to }
  return { ...state, chat: chat ?? state.chat, loaded: loadNewest(page, to), appliedSeq: to }
}

const settledBy = (outbox: Outbox, { tempIds }: ChatDelta): Outbox =>
  Object.entries(tempIds).reduce((result, [messageId, tempId]) => settle(result, tempId, messageId), outbox)

/** A frame in its turn is applied, and then what waited for it; others wait, or are known. */
function received(state: ChatState, frame: Frame): ChatState {
  const held = new Map(state.held).set(seqOf(frame), frame)
  return state.phase === 'loading' || state.catchingUp ? { ...state, held } : drained({ ...state, held })
}

/** Applies what is held, as far as there is no hole. */
function drained(state: ChatState): ChatState {
  const waiting = [...state.held.values()].toSorted((one, other) => seqOf(one) - seqOf(other))
  const next = waiting.reduce(appliedIfNext, state)
  if (next.phase === 'gone') return next
  const held = new Map([...next.held].filter(([seq]) => seq > next.appliedSeq))
  return withNewest({ ...next, held })
}

function appliedIfNext(state: ChatState, frame: Frame): ChatState {
  const distance = seqOf(frame) - state.appliedSeq
  if (state.phase === 'gone' || distance > 1) return state
  const settled = { ...state, outbox: settledByFrame(state.outbox, frame) }
  return distance === 1 ? applied(settled, frame) : settled
}

function applied(state: ChatState, frame: Frame): ChatState {
  const appliedSeq = seqOf(frame)
  const { name, payload } = frame
  if (name === 'new_message') return { ...state, appliedSeq, loaded: addMessage(state.loaded, payload.message, appliedSeq) }
  if (name === 'message_edited') return changedBy(state, appliedSeq, payload.message, payload.message.content)
  if (name === 'message_deleted') {
    return changedBy(state, appliedSeq, { id: payload.messageId, rev: appliedSeq, deletedAt: payload.deletedAt }, null)
  }
  if (name === 'member_removed' && payload.userId === state.userId) return ended(state)
  return { ...state, appliedSeq, chat: state.chat && foldMembers(state.chat, frame) }
}

function changedBy(state: ChatState, appliedSeq: number, change: Change, content: Message['content']): ChatState {
  const loaded = changeMessage(state.loaded, change, appliedSeq)
  return { ...state, appliedSeq, loaded, outbox: requoteOutgoing(state.outbox, change.id, content) }
}

const settledByFrame = (outbox: Outbox, { name, payload }: Frame): Outbox =>
  name === 'new_message' ? settle(outbox, payload.tempId, payload.message.id) : outbox

/** What was stored hasn't failed, even where it waits to be shown. */
function failed(state: ChatState, tempId: string, failure: Failure): Outbox {
  const stored = [...state.held.values()].some((frame) => tempIdOf(frame) === tempId)
  return stored ? state.outbox : failSending(state.outbox, tempId, failure)
}

/** The chat says the same of its newest message as the list of them. */
function withNewest(state: ChatState): ChatState {
  const { chat, appliedSeq, loaded } = state
  const lastMessage = loaded.messages.at(-1) ?? null
  if (chat === null || (chat.lastSeq === appliedSeq && chat.lastMessage === lastMessage)) return state
  return { ...state, chat: { ...chat, lastSeq: appliedSeq, lastMessage } }
}

/** Not in the chat any more: nothing of what was said there stays (P2). */
function ended(state: ChatState): ChatState {
  const chat = state.chat && { ...state.chat, lastMessage: null }
  return { ...newChatState, phase: 'gone', userId: state.userId, chat }
}
