/**
 * All chats of one person, as a function of everything heard of them: state and input in, state out. No I/O.
 *
 * Each chat is folded as an open one is, with its newest message alone. What can't be known from here is left to whoever
 * does the asking: `wanted` are the chats to be read again.
 */
import type { Chat } from '@parley/protocol/chats'
import type { ChatHead, UserEntry } from '@parley/protocol/streams'
import type { UserSettings } from '@parley/protocol/users'
import { foldChatInput } from './chat-fold.ts'
import { chatIdOf, type Frame } from './chat-frame.ts'
import { type ChatInput, type ChatState, hasHole, newChatState, type Position } from './chat-state.ts'

export interface ListState {
  readonly phase: 'loading' | 'open' | 'gone'
  readonly connected: boolean
  /** An answer is on its way that says what was missed. */
  readonly catchingUp: boolean
  readonly userId: string
  /** Also those of which nothing is known but that something happened there. */
  readonly chats: ReadonlyMap<string, ChatState>
  /** Chats that only the server can tell of. */
  readonly wanted: ReadonlySet<string>
  /** Counts what was heard; a chat that was asked for before it was lost is not mine. */
  readonly turn: number
  /** When I was last out of a chat. */
  readonly lostAt: ReadonlyMap<string, number>
  /** When I heard last that I'm in a chat. */
  readonly gainedAt: ReadonlyMap<string, number>
  readonly blockedIds: ReadonlySet<string>
  readonly settings: UserSettings | null
  /** By what an entry of my own stream is about, the number of the last one that was applied. */
  readonly ownSeqs: ReadonlyMap<string, number>
}

export type ListInput =
  | { readonly kind: 'catching_up'; readonly userId: string }
  | { readonly kind: 'caught_up' }
  | { readonly kind: 'lost' }
  /** The server is behind what it told before: nothing that was known is certain, and everything is read anew. */
  | { readonly kind: 'set_back' }
  /** What an earlier start of this client knew. */
  | { readonly kind: 'restored'; readonly userId: string; readonly chats: readonly KeptInList[]; readonly mine: Mine }
  /** Chats as the server read them after the turn `asked`; `complete` when these were all. */
  | { readonly kind: 'read'; readonly chats: readonly Chat[]; readonly asked: number; readonly complete?: boolean }
  /** Asked for after the turn `asked`, the server knew of no such chat of mine. */
  | { readonly kind: 'absent'; readonly chatId: string; readonly asked: number }
  | { readonly kind: 'head'; readonly head: ChatHead }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'position'; readonly chatId: string; readonly position: Position }
  | { readonly kind: 'entry'; readonly entry: UserEntry }
  | { readonly kind: 'mine'; readonly mine: Mine }
  | { readonly kind: 'gone' }

/** What is kept of a chat of the list between two starts. */
export interface KeptInList {
  readonly chat: Chat
  /** What `chat.unreadCount` is as of. */
  readonly countedSeq: number
}

/** What is mine beside chats. */
export interface Mine {
  readonly blockedIds: readonly string[]
  readonly settings: UserSettings | null
}

export const newListState: ListState = {
  phase: 'loading',
  connected: false,
  catchingUp: false,
  userId: '',
  chats: new Map(),
  wanted: new Set(),
  turn: 0,
  lostAt: new Map(),
  gainedAt: new Map(),
  blockedIds: new Set(),
  settings: null,
  ownSeqs: new Map(),
}

export function foldListInput(former: ListState, input: ListInput): ListState {
  if (former.phase === 'gone') return former
  const state = { ...former, turn: former.turn + 1 }
  switch (input.kind) {
    case 'catching_up':
      return { ...all(state, input), connected: true, catchingUp: true, userId: input.userId }
    case 'caught_up':
      return { ...all(state, { kind: 'unchanged' }), catchingUp: false }
    case 'lost':
      return { ...all(state, input), connected: false, catchingUp: false }
    case 'set_back':
      return { ...newListState, ...connectionOf(state), turn: state.turn }
    case 'restored':
      return restored(state, input)
    case 'read':
      return read(state, input)
    case 'absent':
      return (state.gainedAt.get(input.chatId) ?? 0) > input.asked ? state : without(state, input.chatId)
    case 'head':
      return headed(state, input.head)
    case 'frame':
      return one(state, chatIdOf(input.frame), input)
    case 'position':
      return state.chats.has(input.chatId) ? one(state, input.chatId, input) : state
    case 'entry':
      return told(state, input.entry)
    case 'mine':
      return { ...state, ...mineOf(input.mine) }
    case 'gone':
      return { ...newListState, phase: 'gone' }
  }
}

const connectionOf = ({ connected, catchingUp, userId }: ListState) => ({ connected, catchingUp, userId })

const mineOf = ({ blockedIds, settings }: Mine) => ({ blockedIds: new Set(blockedIds), settings })

const all = (state: ListState, input: ChatInput): ListState => ({
  ...state,
  chats: new Map([...state.chats].map(([id, chat]) => [id, foldChatInput(chat, input)])),
})

/** A chat goes on, or is there from now on; one that is over is left out. */
const one = (state: ListState, chatId: string, input: ChatInput): ListState => several(state, [[chatId, input]])

/** The same for several, however long the list is. */
function several(state: ListState, inputs: readonly (readonly [chatId: string, input: ChatInput])[]): ListState {
  const { userId, connected, catchingUp } = state
  const [chats, wanted, lostAt] = [new Map(state.chats), new Set(state.wanted), new Map(state.lostAt)]
  for (const [chatId, input] of inputs) {
    const known = chats.get(chatId) ?? { ...newChatState, userId, connected, catchingUp }
    const next = newestAlone(foldChatInput(known, input))
    if (next.phase === 'gone') {
      chats.delete(chatId)
      wanted.delete(chatId)
      lostAt.set(chatId, state.turn)
    } else {
      chats.set(chatId, next)
      if (next.unread.uncertain || hasHole(next) || (next.phase === 'loading' && state.phase === 'open')) wanted.add(chatId)
    }
  }
  return { ...state, chats, wanted, lostAt }
}

/** A list shows the newest message of a chat; of those before it only their number counts. */
function newestAlone(chat: ChatState): ChatState {
  const { messages, changedElsewhere } = chat.loaded
  if (messages.length <= 1 && changedElsewhere.size === 0) return chat
  const newest = messages.slice(-1)
  const oldestSeq = newest[0]?.seq ?? chat.appliedSeq + 1
  return { ...chat, loaded: { ...chat.loaded, messages: newest, oldestSeq, changesSince: chat.appliedSeq, changedElsewhere: new Map() } }
}

function without(state: ListState, chatId: string): ListState {
  const chats = new Map(state.chats)
  chats.delete(chatId)
  const wanted = new Set(state.wanted)
  wanted.delete(chatId)
  return { ...state, chats, wanted, lostAt: new Map(state.lostAt).set(chatId, state.turn) }
}

function restored(state: ListState, { userId, chats, mine }: Extract<ListInput, { kind: 'restored' }>): ListState {
  if (state.phase !== 'loading') return state
  const kept = chats.map(({ chat, countedSeq }) => {
    const messages = chat.lastMessage === null ? [] : [chat.lastMessage]
    const oldestSeq = chat.lastMessage?.seq ?? chat.lastSeq + 1
    return { chat, messages, oldestSeq, appliedSeq: chat.lastSeq, countedSeq, starredIds: [] }
  })
  const open: ListState = { ...state, ...mineOf(mine), userId, phase: 'open' }
  return several(
    open,
    kept.map((each) => [each.chat.id, { kind: 'restored', userId, kept: each }]),
  )
}

function read(state: ListState, { chats, asked, complete }: Extract<ListInput, { kind: 'read' }>): ListState {
  const mine = chats.filter(({ id }) => (state.lostAt.get(id) ?? 0) < asked)
  const wanted = new Set(state.wanted)
  for (const { id } of chats) wanted.delete(id)
  const next = several(
    { ...state, wanted },
    mine.map((chat) => [chat.id, { kind: 'listed', chat }]),
  )
  if (complete !== true || next.phase === 'open') return next
  const unknown = [...next.chats].filter(([, { phase }]) => phase === 'loading').map(([id]) => id)
  return { ...next, phase: 'open', wanted: new Set([...next.wanted, ...unknown]) }
}

/** Who is in a group may have changed as well; only the chat itself tells. */
function headed(state: ListState, head: ChatHead): ListState {
  const known = state.chats.get(head.chatId)
  if (known === undefined) return { ...state, wanted: new Set(state.wanted).add(head.chatId) }
  const next = one(state, head.chatId, { kind: 'head', head })
  const missed = head.lastSeq > known.appliedSeq && known.chat?.type !== 'private'
  return missed || known.chat === null ? { ...next, wanted: new Set(next.wanted).add(head.chatId) } : next
}

function told(state: ListState, entry: UserEntry): ListState {
  switch (entry.kind) {
    case 'block':
      return newer(state, `block ${entry.userId}`, entry.seq, { blockedIds: toggled(state.blockedIds, entry.userId, entry.blocked) })
    case 'settings':
      return newer(state, entry.kind, entry.seq, { settings: entry.settings })
    case 'membership':
      return memberOf(state, entry)
    default:
      return state.chats.has(entry.chatId) || state.phase === 'loading' ? one(state, entry.chatId, { kind: 'own', entry }) : state
  }
}

/** Of two entries about the same the one with the higher number is right; one without (0) is what I'm doing just now. */
function newer(state: ListState, target: string, seq: number, change: Partial<ListState>): ListState {
  if (seq > 0 && seq <= (state.ownSeqs.get(target) ?? 0)) return state
  return { ...state, ...change, ownSeqs: seq > 0 ? new Map(state.ownSeqs).set(target, seq) : state.ownSeqs }
}

function memberOf(state: ListState, { chatId, seq, member }: Extract<UserEntry, { kind: 'membership' }>): ListState {
  const next = newer(state, `membership ${chatId}`, seq, {})
  if (next === state) return state
  if (!member) return without(next, chatId)
  // `chat_created` told of it already, while this device listened; after an absence it may be another stay in the chat.
  if (!state.catchingUp && state.chats.get(chatId)?.phase === 'open') return next
  const gainedAt = new Map(next.gainedAt).set(chatId, next.turn)
  return { ...next, gainedAt, wanted: new Set(next.wanted).add(chatId) }
}

function toggled(ids: ReadonlySet<string>, id: string, on: boolean): ReadonlySet<string> {
  if (ids.has(id) === on) return ids
  const next = new Set(ids)
  if (on) next.add(id)
  else next.delete(id)
  return next
}
