/** What a view of a chat shows. No I/O. */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { OutgoingMessage } from './chat-outgoing.ts'
import { withReactions } from './chat-reacting.ts'
import type { ChatState } from './chat-state.ts'

/** A chat at one moment. Never changes; what is equal in two of them is the same object. */
export interface ChatSnapshot {
  /** `loading`: nothing is known yet. `live`: complete. `behind`: complete up to `appliedSeq`, and more is being fetched. `gone`: not in the chat any more. */
  readonly state: 'loading' | 'live' | 'behind' | 'gone'
  readonly chat: Chat | null
  /** In the order of the chat, without a gap from the first of them on; without those that I deleted for myself. */
  readonly messages: readonly Message[]
  /** One's own that aren't known to be stored, to be shown after `messages`. */
  readonly outgoing: readonly OutgoingMessage[]
  readonly hasOlder: boolean
  /** How far in the chat's stream this is. */
  readonly appliedSeq: number
  /** Ids of the messages that I starred, as far as they are known. */
  readonly starredIds: ReadonlySet<string>
}

export function snapshotOf(state: ChatState): ChatSnapshot {
  const { phase, connected, catchingUp, held, chat, loaded, outbox, appliedSeq, starredIds } = state
  const complete = connected && !catchingUp && held.size === 0
  return {
    state: phase === 'open' ? (complete ? 'live' : 'behind') : phase,
    chat,
    messages: withReactions(state),
    outgoing: outbox.outgoing,
    hasOlder: loaded.oldestSeq > 0,
    appliedSeq,
    starredIds,
  }
}

export const sameSnapshot = (one: ChatSnapshot, other: ChatSnapshot) =>
  Object.keys(one).every((key) => one[key as keyof ChatSnapshot] === other[key as keyof ChatSnapshot])
