/** What a client of one person has folded from everything that it heard, held against what the server says when asked afresh. */
import { getChat } from '@parley/protocol/chats'
import type { Operation, OutputOf, RequestOf } from '@parley/protocol/define'
import { listMessages } from '@parley/protocol/messages'
import type { Socket } from 'socket.io-client'
import { foldChatInput } from '../../../../packages/client/src/chat-fold.ts'
import { chatIdOf, type Frame, frameNames } from '../../../../packages/client/src/chat-frame.ts'
import { type ChatInput, type ChatState, newChatState, type OwnEntry } from '../../../../packages/client/src/chat-state.ts'
import type { Events } from '../../../../packages/client/src/events.ts'

export interface MirrorParts {
  readonly userId: string
  readonly socket: Socket
  /** Whether this person and another ever blocked one another: then neither is told how far the other reads. */
  isBlocked(userId: string): boolean
  ask<D extends Operation>(definition: D, input: RequestOf<D>): Promise<{ status: number; body: OutputOf<D> }>
}

/** A chat as somebody sees it: the same shape whether it was folded or read. */
export interface Sight {
  readonly here: boolean
  readonly chat?: unknown
  readonly messages?: unknown
  readonly starredIds?: unknown
  readonly unreadCount?: number | undefined
}

type Chat = OutputOf<typeof getChat>['chat']
type HistoryMessage = OutputOf<typeof listMessages>['messages'][number]
type Message = ChatState['loaded']['messages'][number]

export class Mirror {
  readonly userId: string
  readonly #parts: MirrorParts
  readonly #states = new Map<string, ChatState>()
  readonly #opening = new Map<string, Promise<void>>()
  #wake: (() => void)[] = []

  constructor(parts: MirrorParts) {
    this.#parts = parts
    this.userId = parts.userId
    parts.socket.onAny((name: string, payload: unknown) => {
      this.#receive(name, payload)
      for (const wake of this.#wake.splice(0)) wake()
    })
  }

  get connected(): boolean {
    return this.#parts.socket.connected
  }

  knows(chatId: string): boolean {
    return this.#states.has(chatId)
  }

  /** The chat that a message is in, where this person has it. */
  chatOf(messageId: string): string | undefined {
    return [...this.#states].find(([, { loaded }]) => loaded.messages.some(({ id }) => id === messageId))?.[0]
  }

  /** Resolves at the next event of any kind. */
  nextEvent(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  /** Reads the chat, and goes on from there by what is heard. */
  open(chatId: string): Promise<void> {
    const known = this.#opening.get(chatId)
    if (known !== undefined) return known
    if (this.#states.has(chatId)) return Promise.resolve()
    const opening = this.#open(chatId).finally(() => this.#opening.delete(chatId))
    this.#opening.set(chatId, opening)
    return opening
  }

  /** What was folded. */
  folded(chatId: string): Sight | undefined {
    const state = this.#states.get(chatId)
    if (state === undefined || state.phase === 'loading') return undefined
    if (state.phase === 'gone' || state.chat === null) return { here: false }
    const { chat, loaded, starredIds, unread } = state
    const starred = loaded.messages.map(({ id }) => id).filter((id) => starredIds.has(id))
    return {
      ...this.#sight(chat, loaded.messages),
      starredIds: starred,
      // Where only the server can know, a client asks: then there is nothing to compare.
      unreadCount: unread.uncertain ? undefined : chat.unreadCount,
    }
  }

  /** What the server says now of the same range; undefined where it says nothing. */
  async fresh(chatId: string): Promise<Sight | undefined> {
    const { loaded, unread } = this.#states.get(chatId) ?? newChatState
    const { status, body } = await this.#ask(getChat, { chatId })
    if (status === 404) return { here: false }
    if (status >= 300) return undefined
    const messages: HistoryMessage[] = []
    for (let before: string | number | undefined; ; ) {
      const page = await this.#ask(listMessages, { chatId, limit: 100, ...(before !== undefined && { before }) })
      if (page.status >= 300) return undefined
      messages.unshift(...page.body.messages)
      const oldest = page.body.messages[0]
      if (page.body.nextCursor === null || oldest === undefined || oldest.seq <= loaded.oldestSeq) break
      before = page.body.nextCursor
    }
    const inRange = messages.filter(({ seq }) => seq >= loaded.oldestSeq)
    return {
      ...this.#sight(body.chat, inRange.map(bare)),
      starredIds: inRange.filter(({ starred }) => starred).map(({ id }) => id),
      unreadCount: unread.uncertain ? undefined : body.chat.unreadCount,
    }
  }

  /** Over REST, things repeat their id as `_id` for clients of other backends; without it they're the same as over the socket. */
  async #ask<D extends Operation>(definition: D, input: RequestOf<D>): Promise<{ status: number; body: OutputOf<D> }> {
    const { status, body } = await this.#parts.ask(definition, input)
    return { status, body: JSON.parse(JSON.stringify(body), (key, value: unknown) => (key === '_id' ? undefined : value)) }
  }

  async #open(chatId: string) {
    this.#states.set(chatId, foldChatInput(newChatState, { kind: 'catching_up', userId: this.userId }))
    const [{ status, body }, page] = await Promise.all([this.#ask(getChat, { chatId }), this.#ask(listMessages, { chatId })])
    if (status >= 300 || page.status >= 300) return void this.#states.delete(chatId)
    const { messages, nextCursor, asOf } = page.body
    const starredIds = messages.filter(({ starred }) => starred).map(({ id }) => id)
    this.#put(chatId, {
      kind: 'opened',
      chat: body.chat,
      page: { messages: messages.map(bare), hasOlder: nextCursor !== null, asOf, starredIds },
      tempIds: {},
    })
  }

  #put(chatId: string, input: ChatInput) {
    const state = this.#states.get(chatId)
    if (state !== undefined) this.#states.set(chatId, foldChatInput(state, input))
  }

  #receive(name: string, payload: unknown) {
    if ((frameNames as readonly string[]).includes(name)) {
      const frame = { name, payload } as Frame
      this.#put(chatIdOf(frame), { kind: 'frame', frame })
    } else if (name === 'message_status_update') {
      const { chatId, userId, status, seq } = payload as Events['message_status_update']
      this.#put(chatId, { kind: 'position', position: { userId, deliveredSeq: seq, readSeq: status === 'read' ? seq : 0 } })
    } else if (name === 'user_stream') {
      for (const entry of (payload as Events['user_stream']).entries) {
        if ('chatId' in entry) this.#put(entry.chatId, { kind: 'own', entry: entry as OwnEntry })
      }
    } else if (name === 'chat_created') {
      const { chat } = payload as Events['chat_created']
      if (this.#states.get(chat.id)?.phase === 'gone') this.#states.delete(chat.id)
      // Where that fails, the server is going down, or whoever compares fails by the same.
      this.open(chat.id).catch(() => this.#states.delete(chat.id))
    }
  }

  /** People's own words about themselves are in no chat's stream; of others' positions, each sees those that make the ticks of their messages. */
  #sight({ members, unreadCount: _, ...chat }: Chat, messages: readonly Message[]): Sight {
    const mine = messages.filter(({ senderId, content }) => senderId === this.userId && content !== null)
    const ticks = (joinedAt: string, position: number) =>
      mine.filter(({ seq, createdAt }) => seq <= position && createdAt >= joinedAt).map(({ seq }) => seq)
    const people = members.map(({ userId, role, joinedAt, deliveredSeq, readSeq }) => ({
      ...{ userId, role, joinedAt },
      ...(userId === this.userId && { deliveredSeq, readSeq }),
      ...(!this.#parts.isBlocked(userId) && { delivered: ticks(joinedAt, deliveredSeq), read: ticks(joinedAt, readSeq) }),
    }))
    const sorted = people.toSorted((one, other) => one.userId.localeCompare(other.userId))
    return { here: true, chat: { ...chat, members: sorted }, messages }
  }
}

/** Live messages come without their senders and stars. */
const bare = ({ sender: _, starred: __, ...message }: HistoryMessage): Message => message
