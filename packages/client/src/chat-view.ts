/** One open chat: what `chat-fold.ts` makes of everything that is heard of it, and the requests that somebody looking at it causes. */
import type { Message } from '@parley/protocol/messages'
import { foldChatInput } from './chat-fold.ts'
import { draftOf, type OutgoingMessage } from './chat-outgoing.ts'
import { type ChatSnapshot, sameSnapshot, snapshotOf } from './chat-snapshot.ts'
import { type ChatInput, type ChatState, hasHole, isKeptAnew, type KeptChat, keptOf, newChatState, type StarredPage } from './chat-state.ts'
import { callSafely } from './events.ts'
import type { Operations } from './operations.ts'
import type { Outbox } from './outbox.ts'
import { ParleyError } from './parley-error.ts'
import { newTempId } from './temp-id.ts'

export interface NewMessage {
  /** A string is text. */
  readonly content: string | NonNullable<Message['content']>
  /** The id of the message that it answers. */
  readonly replyTo?: string
  /** Ids of people. */
  readonly mentions?: readonly string[]
}

/** How many numbers of a stream one answer of `sync` covers. */
const syncSpan = 500

/** A consistent view of one chat, kept up to date until it's closed. */
export interface ChatView {
  readonly current: ChatSnapshot
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** Puts at most `limit` (1 to 100) messages in front; resolves at once where there are none. Rejects with a `ParleyError`. */
  loadOlder(limit?: number): Promise<void>
  /** Shows a message at once, keeps it, and sends it as soon as that can be; what becomes of it is in `current`. Returns its `tempId`. */
  send(message: NewMessage): string
  /** A key for what is shown of a message that stays the same when it is stored: its `tempId`, if it was sent from here, or its id. */
  keyOf(messageId: string): string
  /** I have read everything up to here: shown at once, and told to the server at most once a second, as soon as it can be reached. */
  read(seq: number): void
  close(): void
}

type Requests = Pick<Operations, 'chats' | 'messages' | 'streams'>

interface OpenChatParts {
  readonly chatId: string
  readonly requests: Requests
  readonly outbox: Outbox
  /** Something is missing, and `catchingUp` is set: ask for it. */
  readonly onHole: () => void
  /** Only the server can count now what is unread. */
  readonly onUncertain: () => void
  /** What is worth keeping of it isn't what it was. */
  readonly onChange: () => void
  /** Nobody looks at it any more, or it's gone. */
  readonly onLeft: () => void
  readonly onRead: (seq: number) => void
}

/** What all views of one chat share. */
export class OpenChat {
  readonly #parts: OpenChatParts
  readonly #listeners = new Set<() => void>()
  #state: ChatState = newChatState
  #current: ChatSnapshot = snapshotOf(newChatState)
  #views = 0
  #olderUnderWay: Promise<void> | undefined

  constructor(parts: OpenChatParts) {
    this.#parts = parts
    this.#state = unknownBut(parts.outbox.of(parts.chatId))
    this.#current = snapshotOf(this.#state)
  }

  get chatId(): string {
    return this.#parts.chatId
  }

  get state(): ChatState {
    return this.#state
  }

  /** Whether somebody looks at it. */
  get watched(): boolean {
    return this.#views > 0
  }

  /** What is worth keeping of it. */
  get kept(): KeptChat | undefined {
    return keptOf(this.#state)
  }

  /** A view for one more who looks at it; `listener` hears of changes until they close it. */
  view(listener?: (current: ChatSnapshot) => void): ChatView {
    const chat = this
    const own = new Set<() => void>()
    let open = true
    const subscribe = (changed: () => void) => {
      // The same function may listen twice; each time counts by itself.
      const entry = () => changed()
      own.add(entry)
      if (open) this.#listeners.add(entry)
      return () => void this.#listeners.delete(entry)
    }
    this.#views += 1
    if (listener !== undefined) subscribe(() => listener(this.#current))
    return {
      get current() {
        return chat.#current
      },
      subscribe,
      loadOlder: (limit) => this.#loadOlder(limit),
      send: (message) => this.#send(message),
      read: (seq) => this.#parts.onRead(seq),
      keyOf: (messageId) => this.#state.outbox.tempIds.get(messageId) ?? messageId,
      close: () => {
        if (!open) return
        open = false
        for (const entry of own) this.#listeners.delete(entry)
        this.#views -= 1
        if (this.#views === 0) this.#parts.onLeft()
      },
    }
  }

  put(input: ChatInput): void {
    const before = this.#state
    this.#state = foldChatInput(before, input)
    if (hasHole(this.#state) && this.#state.connected) {
      this.#state = foldChatInput(this.#state, { kind: 'catching_up', userId: this.#state.userId })
      this.#parts.onHole()
    }
    if (this.#state.unread.uncertain && this.#state.connected) this.#parts.onUncertain()
    this.#settle(before)
    this.#show()
    if (input.kind !== 'restored' && isKeptAnew(before, this.#state)) this.#parts.onChange()
  }

  /** It's another stay in the chat: of the one before nothing is known any more. */
  startOver(): void {
    this.#state = unknownBut(this.#parts.outbox.of(this.chatId))
    this.#show()
  }

  #show() {
    const next = snapshotOf(this.#state)
    if (sameSnapshot(this.#current, next)) return
    this.#current = next
    for (const listener of [...this.#listeners]) callSafely(listener)
  }

  /** What the chat's stream told to be stored needs no sending any more. */
  #settle({ outbox }: ChatState) {
    if (outbox.tempIds === this.#state.outbox.tempIds) return
    for (const [messageId, tempId] of this.#state.outbox.tempIds) if (!outbox.tempIds.has(messageId)) this.#parts.outbox.settle(tempId)
  }

  /** Reads the chat and its newest messages. */
  async read(): Promise<ChatInput> {
    const { chatId, requests } = this.#parts
    const [{ chat }, history] = await Promise.all([requests.chats.getChat({ chatId }), requests.messages.listMessages({ chatId })])
    const page = toPage(history)
    return { kind: 'opened', chat, page, tempIds: await this.#tempIds(page) }
  }

  /** What is being sent may be on the page already, as an earlier start of this client sent it; only `sync` tells. */
  async #tempIds({ messages, asOf }: StarredPage): Promise<Readonly<Record<string, string>>> {
    const { chatId, requests } = this.#parts
    const oldest = messages[0]
    if (oldest === undefined || this.#state.outbox.outgoing.length === 0) return {}
    const from = Math.max(oldest.seq - 1, asOf - syncSpan)
    const { chats } = await requests.streams.sync({ chats: { [chatId]: from } })
    return Object.assign({}, ...chats.map(({ tempIds }) => tempIds))
  }

  #loadOlder(limit?: number): Promise<void> {
    this.#olderUnderWay ??= this.#readOlder(limit).finally(() => {
      this.#olderUnderWay = undefined
    })
    return this.#olderUnderWay
  }

  async #readOlder(limit?: number): Promise<void> {
    const before = this.#state.loaded.oldestSeq
    if (this.#state.phase !== 'open' || before === 0) return
    const { chatId, requests } = this.#parts
    const page = await requests.messages.listMessages({ chatId, before, ...(limit !== undefined && { limit }) })
    this.put({ kind: 'older', before, page: toPage(page) })
  }

  #send(message: NewMessage): string {
    const { phase, loaded, userId } = this.#state
    if (phase === 'gone') throw new ParleyError('CHAT_NOT_FOUND', 'unable to send; you are not in this chat any more')
    const quoted = loaded.messages.find(({ id }) => id === message.replyTo)
    const tempId = newTempId()
    this.#parts.outbox.add(draftOf(message, { chatId: this.chatId, tempId, quoted, userId }))
    return tempId
  }
}

/** A chat of which nothing is known but what is being sent there. */
function unknownBut(outgoing: readonly OutgoingMessage[]): ChatState {
  return outgoing.reduce((state, message) => {
    const sending = foldChatInput(state, { kind: 'sending', sending: message })
    return message.status === 'failed' ? foldChatInput(sending, { kind: 'failed', tempId: message.tempId, error: message.error }) : sending
  }, newChatState)
}

type HistoryPage = Awaited<ReturnType<Requests['messages']['listMessages']>>

/** Live messages come without their senders and stars; for a message to be the same wherever it came from, none has them. */
const toPage = ({ messages, nextCursor, asOf }: HistoryPage): StarredPage => ({
  messages: messages.map(({ sender: _, starred: __, ...message }) => message),
  hasOlder: nextCursor !== null,
  asOf,
  starredIds: messages.filter(({ starred }) => starred).map(({ id }) => id),
})
