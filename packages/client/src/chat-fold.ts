/**
 * What one chat looks like, as a function of everything heard of it: state and input in, state out. No I/O.
 *
 * The chat's stream is numbered without holes, and every frame is one number of it. What is shown is always the whole
 * stream up to `appliedSeq`: a frame from before is dropped (E2), one that leaves a hole is held until `sync` has filled
 * it (O1), and while an answer is awaited everything is held, so that it can say where to go on from.
 */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { ChatDelta, ChatHead } from '@parley/protocol/streams'
import { type Frame, numberBefore, seqOf, tempIdOf } from './chat-frame.ts'
import { addMessage, type Change, changeMessage, type LoadedMessages, loadNewest, loadOlder, type Page } from './chat-messages.ts'
import { discardDraft, failSending, type Outbox, requoteOutgoing, settle, startSending } from './chat-outgoing.ts'
import { foldCounted, foldMembership, foldOwn, foldPosition, renewed, starred, withUnread } from './chat-own.ts'
import { settleReactions } from './chat-reacting.ts'
import { type ChatInput, type ChatState, type KeptChat, newChatState, type StarredPage } from './chat-state.ts'
import type { ParleyError } from './parley-error.ts'
import { arrived, nothingUnread, readSeqOf, recounted, vanished } from './unread.ts'

export function foldChatInput(state: ChatState, input: ChatInput): ChatState {
  if (state.phase === 'gone') return state
  const next = folded(state, input)
  if (next.chat === null || next.early.length === 0) return next
  return next.early.reduce(folded, { ...next, early: [] })
}

function folded(state: ChatState, input: ChatInput): ChatState {
  // Before the chat is known there is nothing to fold these into.
  if (state.chat === null && (input.kind === 'own' || input.kind === 'position')) return { ...state, early: [...state.early, input] }
  switch (input.kind) {
    case 'catching_up':
      return { ...state, connected: true, catchingUp: true, userId: input.userId }
    case 'lost':
      return { ...state, connected: false, catchingUp: false }
    case 'restored':
      return restored(state, input.userId, input.kept)
    case 'opened':
      return opened(state, input)
    case 'listed':
      return listed(state, input.chat)
    case 'counted':
      return withUnread(foldCounted(state, input.counted))
    case 'head':
      return headed(state, input.head)
    case 'synced':
      return synced(state, input.delta)
    case 'unchanged':
      return drained({ ...state, catchingUp: false })
    case 'older':
      return input.before === state.loaded.oldestSeq ? older(state, input.page) : state
    case 'frame':
      return received(state, input.frame)
    case 'own':
      return withNewest(foldOwn(state, input.entry))
    case 'position':
      return withUnread(foldPosition(state, input.position))
    case 'gone':
      return ended(state)
    case 'sending':
      return { ...state, outbox: startSending(state.outbox, input.sending) }
    case 'failed':
      return { ...state, outbox: failed(state, input.tempId, input.error) }
    case 'discarded':
      return { ...state, outbox: discardDraft(state.outbox, input.tempId) }
    case 'reacting':
      return { ...state, reacting: [...state.reacting, input.reacting] }
    case 'reacted':
      return settleReactions(state, input)
  }
}

/** What was kept is right up to its number; what came meanwhile goes on top, as far as it fits. */
function restored(state: ChatState, userId: string, kept: KeptChat): ChatState {
  if (state.phase !== 'loading') return state
  const { chat, messages, oldestSeq, appliedSeq, countedSeq } = kept
  const counted = { count: chat.unreadCount, asOf: countedSeq, readSeq: readSeqOf(chat, userId) }
  const loaded = { ...state.loaded, messages, oldestSeq, changesSince: appliedSeq }
  const unread = recounted(nothingUnread, counted)
  const starredIds = new Set(kept.starredIds)
  const open: ChatState = { ...state, phase: 'open', userId, chat, loaded, appliedSeq, unread, starredIds }
  return state.catchingUp ? open : drained(open)
}

/** The chat and its newest page were read one beside the other; what came after the older of the two is folded on top. */
function opened(state: ChatState, { chat, page, tempIds }: Extract<ChatInput, { kind: 'opened' }>): ChatState {
  if (state.phase !== 'loading') return state
  const appliedSeq = Math.min(chat.lastSeq, page.asOf)
  const loaded = loadNewest(page, appliedSeq, state.loaded.hidden)
  const open = renewed({ ...state, phase: 'open', catchingUp: false, loaded, appliedSeq }, chat)
  return drained(withStars({ ...open, outbox: settledBy(open.outbox, tempIds) }, page))
}

/** A list shows nothing of a chat but its newest message. */
function listed(state: ChatState, chat: Chat): ChatState {
  if (state.phase === 'open' && chat.lastSeq < state.appliedSeq) {
    return withUnread(foldCounted({ ...state, catchingUp: false }, { ...chat, positions: chat.members }))
  }
  return newest({ ...renewed(state, chat), phase: 'open', catchingUp: false }, chat.lastMessage, chat.lastSeq)
}

/** What changed in a chat while this device was away, as far as a list shows it. */
function headed(state: ChatState, head: ChatHead): ChatState {
  if (state.phase !== 'open') return state
  const counted = withUnread(foldCounted(state, head))
  return head.lastSeq < state.appliedSeq ? counted : newest(counted, head.lastMessage, head.lastSeq)
}

function newest(state: ChatState, message: Message | null, asOf: number): ChatState {
  // It may have been read later than the rest: then its frame is on the way, and until it comes the one before is shown.
  const shown = message !== null && message.seq > asOf ? state.loaded.messages.slice(-1) : [message].filter((each) => each !== null)
  const page: Page = { messages: shown, hasOlder: true, asOf }
  return drained({ ...state, loaded: loadNewest(page, asOf, state.loaded.hidden), appliedSeq: asOf })
}

function older(state: ChatState, page: StarredPage): ChatState {
  return withStars({ ...state, loaded: loadOlder(state.loaded, page) }, page)
}

/** Stars of messages that no entry of my own stream told of. */
function withStars(state: ChatState, { messages, starredIds }: StarredPage): ChatState {
  const gone = messages.filter(({ content }) => content === null).map(({ id }) => id)
  const untold = messages.filter(({ id }) => !state.ownSeqs.has(`star ${id}`)).map(({ id }) => id)
  const on = untold.filter((id) => starredIds.includes(id) && !gone.includes(id))
  const off = [...gone, ...untold.filter((id) => !starredIds.includes(id))]
  return { ...state, starredIds: starred(starred(state.starredIds, on, true), off, false) }
}

function synced(state: ChatState, delta: ChatDelta): ChatState {
  if (state.phase !== 'open' || !state.catchingUp) return state
  const caughtUp = { ...state, catchingUp: delta.to < delta.head, outbox: settledBy(state.outbox, delta.tempIds) }
  if (delta.reset) return drained(startedOver(caughtUp, delta))
  const { oldestSeq } = state.loaded
  const changed = delta.messages.reduce<ChatState>((result, message) => {
    const isNew = message.seq > delta.from && message.seq >= oldestSeq
    return isNew ? added(result, message, delta.to) : changedBy(result, message, delta.to)
  }, caughtUp)
  const isNewer = delta.chat !== null && delta.to >= state.appliedSeq
  const next = isNewer && delta.chat !== null ? renewed(changed, delta.chat) : changed
  return drained({ ...next, appliedSeq: Math.max(state.appliedSeq, delta.to) })
}

/** Too far behind: nothing of before is kept but what is still to be sent. */
function startedOver(state: ChatState, { messages, to, chat }: ChatDelta): ChatState {
  const page: Page = { messages, hasOlder: messages.length > 0, asOf: to }
  const loaded = loadNewest(page, to, state.loaded.hidden)
  const gone = messages.filter(({ content }) => content === null).map(({ id }) => id)
  const starredIds = starred(state.starredIds, gone, false)
  const next = {
    ...state,
    loaded,
    appliedSeq: to,
    starredIds,
    unread: { ...nothingUnread, readSeq: state.unread.readSeq, uncertain: true },
  }
  return chat === null ? next : renewed(next, chat)
}

const settledBy = (outbox: Outbox, tempIds: ChatDelta['tempIds']): Outbox =>
  Object.entries(tempIds).reduce((result, [messageId, tempId]) => settle(result, tempId, messageId), outbox)

/** A frame in its turn is applied, and then what waited for it; others wait, or are known. */
function received(state: ChatState, frame: Frame): ChatState {
  const known = state.held.get(seqOf(frame))
  // Of two that end at the same number the one that begins earlier leaves no hole.
  if (known !== undefined && numberBefore(known) <= numberBefore(frame)) return state
  const held = new Map(state.held).set(seqOf(frame), frame)
  return state.phase === 'loading' || state.catchingUp ? { ...state, held } : drained({ ...state, held })
}

/** Applies what is held, as far as there is no hole. */
function drained(state: ChatState): ChatState {
  const waiting = [...state.held.values()].toSorted((one, other) => seqOf(one) - seqOf(other))
  const next = waiting.reduce(appliedIfNext, state)
  if (next.phase === 'gone') return next
  const held = new Map([...next.held].filter(([seq]) => seq > next.appliedSeq))
  return withNewest(settleReactions({ ...next, held }))
}

function appliedIfNext(state: ChatState, frame: Frame): ChatState {
  if (state.phase === 'gone' || numberBefore(frame) > state.appliedSeq) return state
  const settled = { ...state, outbox: settledByFrame(state.outbox, frame) }
  return seqOf(frame) > state.appliedSeq ? applied(settled, frame) : settled
}

function applied(state: ChatState, frame: Frame): ChatState {
  const appliedSeq = seqOf(frame)
  const { name, payload } = frame
  const next = { ...state, appliedSeq }
  if (name === 'new_message') return added(next, payload.message, appliedSeq)
  if (name === 'message_edited') return changedBy(next, payload.message, appliedSeq)
  if (name === 'message_deleted') {
    return changedBy(next, { id: payload.messageId, rev: appliedSeq, deletedAt: payload.deletedAt }, appliedSeq)
  }
  if (name === 'message_reaction') {
    const { messageId: id, userId, emoji, createdAt, action } = payload
    return changedBy(next, { id, rev: appliedSeq, reaction: { emoji, userId, createdAt }, action }, appliedSeq)
  }
  if (name === 'member_removed' && payload.userId === state.userId) return ended(state)
  return foldMembership(next, frame)
}

function added(state: ChatState, message: Message, asOf: number): ChatState {
  const loaded = addMessage(state.loaded, message, asOf)
  if (loaded.hidden.has(message.id)) return state
  // Its star may have been told before, and that it's deleted since comes with it.
  const starredIds = message.content === null ? starred(state.starredIds, [message.id], false) : state.starredIds
  return { ...state, loaded, starredIds, unread: arrived(state.unread, message, state.userId) }
}

function changedBy(state: ChatState, change: Change, asOf: number): ChatState {
  const loaded = changeMessage(state.loaded, change, asOf)
  if ('reaction' in change) return { ...state, loaded }
  const content = 'content' in change ? change.content : null
  const outbox = requoteOutgoing(state.outbox, change.id, content)
  // Also where it was read as deleted already: what is counted may be older than that.
  if (content === null) return erased({ ...state, outbox }, change, loaded)
  return loaded === state.loaded ? state : { ...state, loaded, outbox }
}

/** A deleted message is neither unread nor starred. */
function erased(state: ChatState, { id, rev }: Change, loaded: LoadedMessages): ChatState {
  const known = state.loaded.messages.findLast((message) => message.id === id)
  const unread = vanished(state.unread, id, rev, known, state.userId)
  return { ...state, loaded, unread, starredIds: starred(state.starredIds, [id], false) }
}

const settledByFrame = (outbox: Outbox, { name, payload }: Frame): Outbox =>
  name === 'new_message' ? settle(outbox, payload.tempId, payload.message.id) : outbox

/** What was stored hasn't failed, even where it waits to be shown. */
function failed(state: ChatState, tempId: string, error: ParleyError): Outbox {
  const stored = [...state.held.values()].some((frame) => tempIdOf(frame) === tempId)
  return stored ? state.outbox : failSending(state.outbox, tempId, error)
}

/** The chat says the same of its newest message as the list of them. */
function withNewest(state: ChatState): ChatState {
  const { chat, appliedSeq, loaded } = state
  const lastMessage = loaded.messages.at(-1) ?? null
  const counted = withUnread(state)
  if (chat === null || (chat.lastSeq === appliedSeq && chat.lastMessage === lastMessage)) return counted
  return { ...counted, chat: counted.chat && { ...counted.chat, lastSeq: appliedSeq, lastMessage } }
}

/** Not in the chat any more: nothing of what was said there stays (P2). */
function ended(state: ChatState): ChatState {
  const chat = state.chat && { ...state.chat, lastMessage: null, draft: null }
  return { ...newChatState, phase: 'gone', userId: state.userId, chat }
}
