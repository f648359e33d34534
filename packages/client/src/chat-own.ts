/** What becomes of a chat by what takes no number of its stream: what only I see of it, how far its members are, and what the server counts. No I/O. */
import type { Chat } from '@parley/protocol/chats'
import { type Frame, foldMembers } from './chat-frame.ts'
import { hideMessage, isGone } from './chat-messages.ts'
import type { ChatState, Counted, OwnEntry, Position } from './chat-state.ts'
import { readSeqOf, readUpTo, recounted, unreadCount, vanished } from './unread.ts'

const targetOf = (entry: OwnEntry) => ('messageId' in entry ? `${entry.kind} ${entry.messageId}` : entry.kind)

/** An entry is a state: of two about the same the higher number is right, and one without (0) is what I'm doing just now. */
export function foldOwn(state: ChatState, entry: OwnEntry): ChatState {
  const target = targetOf(entry)
  if (entry.seq > 0 && entry.seq <= (state.ownSeqs.get(target) ?? 0)) return state
  const ownSeqs = entry.seq > 0 ? new Map(state.ownSeqs).set(target, entry.seq) : state.ownSeqs
  return applied({ ...state, ownSeqs }, entry)
}

function applied(state: ChatState, entry: OwnEntry): ChatState {
  const { chat, userId } = state
  switch (entry.kind) {
    case 'chat_settings':
      return { ...state, chat: chat && { ...chat, mySettings: entry.mySettings } }
    case 'draft':
      return { ...state, chat: chat && { ...chat, draft: entry.draft } }
    case 'star':
      return { ...state, starredIds: starred(state.starredIds, [entry.messageId], entry.starred && !isGone(state.loaded, entry.messageId)) }
    case 'hidden':
      return hidden(state, entry.messageId)
    case 'position':
      return foldPosition(state, { userId, deliveredSeq: entry.deliveredSeq, readSeq: entry.readSeq })
    case 'membership':
      return state
  }
}

/** The same set where nothing changes in it. */
export function starred(ids: ReadonlySet<string>, messageIds: readonly string[], on: boolean): ReadonlySet<string> {
  const changing = messageIds.filter((id) => ids.has(id) !== on)
  if (changing.length === 0) return ids
  const next = new Set(ids)
  for (const id of changing) on ? next.add(id) : next.delete(id)
  return next
}

/** Whether it was unread, and what came before it where it was the newest, only the server knows for sure. */
function hidden(state: ChatState, messageId: string): ChatState {
  if (state.loaded.hidden.has(messageId)) return state
  const known = state.loaded.messages.find(({ id }) => id === messageId)
  const unread = vanished(state.unread, messageId, Number.POSITIVE_INFINITY, known, state.userId)
  const wasNewest = known !== undefined && state.loaded.messages.at(-1) === known && state.loaded.messages.length === 1
  return {
    ...state,
    loaded: hideMessage(state.loaded, messageId),
    starredIds: starred(state.starredIds, [messageId], false),
    unread: wasNewest ? { ...unread, uncertain: true } : unread,
  }
}

/** Positions only move forward, and who has read something has it (S1). */
export function foldPosition(state: ChatState, position: Position): ChatState {
  const { chat, loaded, userId } = state
  if (chat === null) return state
  const unread =
    position.userId === userId ? readUpTo(state.unread, position.readSeq, loaded.messages, loaded.oldestSeq, userId) : state.unread
  return { ...state, chat: advanced(chat, [position]), unread }
}

/** The chat with each of its members where they are by the further of two reports; the same object where that changes nothing. */
function advanced(chat: Chat, positions: readonly Position[]): Chat {
  const furthest = new Map(positions.map((position) => [position.userId, position]))
  const members = chat.members.map((member) => {
    const { deliveredSeq = 0, readSeq = 0 } = furthest.get(member.userId) ?? {}
    if (deliveredSeq <= member.deliveredSeq && readSeq <= member.readSeq) return member
    const read = Math.max(readSeq, member.readSeq)
    return { ...member, readSeq: read, deliveredSeq: Math.max(deliveredSeq, member.deliveredSeq, read) }
  })
  return members.every((member, index) => member === chat.members[index]) ? chat : { ...chat, members }
}

const withoutMembers = ({ members }: Chat, positions: readonly Position[]): ChatState['departed'] => {
  const departed = positions.filter(({ userId }) => !members.some((member) => member.userId === userId))
  return new Map(departed.map(({ userId, deliveredSeq, readSeq }) => [userId, { userId, deliveredSeq, readSeq }]))
}

/** After a change of the members. Who is let in again comes with how far they were at some time before, and stands where they were known to be (S1). */
export function foldMembership(state: ChatState, frame: Frame): ChatState {
  const { chat, departed } = state
  if (chat === null) return state
  const next = foldMembers(chat, frame)
  if (next === chat) return state
  const positions = [...departed.values(), ...chat.members]
  return { ...state, chat: advanced(next, positions), departed: withoutMembers(next, positions) }
}

export function foldCounted(state: ChatState, counted: Counted): ChatState {
  if (state.chat === null) return state
  const readSeq = counted.positions.find(({ userId }) => userId === state.userId)?.readSeq ?? state.unread.readSeq
  const chat = advanced(state.chat, counted.positions)
  return { ...state, chat, unread: recounted(state.unread, { count: counted.unreadCount, asOf: counted.lastSeq, readSeq }) }
}

/**
 * The chat as it was read anew, which may have been before what is known by now of how far its members are, and what I
 * did: entries of my own stream say that better.
 */
export function renewed(state: ChatState, chat: Chat): ChatState {
  const known = state.chat
  const mine = {
    ...(known !== null && state.ownSeqs.has('chat_settings') && { mySettings: known.mySettings }),
    ...(known !== null && state.ownSeqs.has('draft') && { draft: known.draft }),
  }
  const positions = [...state.departed.values(), ...(known?.members ?? [])]
  const next = { ...state, chat: advanced({ ...chat, ...mine }, positions), departed: withoutMembers(chat, positions) }
  const readSeq = readSeqOf(chat, state.userId)
  return { ...next, unread: recounted(state.unread, { count: chat.unreadCount, asOf: chat.lastSeq, readSeq }) }
}

/** The chat says of itself what is known besides it. */
export function withUnread(state: ChatState): ChatState {
  const { chat, unread } = state
  const count = unreadCount(unread)
  return chat === null || chat.unreadCount === count ? state : { ...state, chat: { ...chat, unreadCount: count } }
}
