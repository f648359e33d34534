/** One open chat: what `chat-fold.ts` makes of everything that is heard of it, and the requests that somebody looking at it causes. */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import { type ChatInput, type ChatState, foldChatInput, hasHole, newChatState } from './chat-fold.ts'
import type { Page } from './chat-messages.ts'
import type { Draft, OutgoingMessage } from './chat-outgoing.ts'
import { callSafely } from './events.ts'
import type { Operations } from './operations.ts'
import { asParleyError, ParleyError } from './parley-error.ts'
import { newTempId } from './temp-id.ts'

/** A chat at one moment. Never changes; what is equal in two of them is the same object. */
export interface ChatSnapshot {
  /** `loading`: nothing is known yet. `live`: complete. `behind`: complete up to `appliedSeq`, and more is being fetched. `gone`: not in the chat any more. */
  readonly state: 'loading' | 'live' | 'behind' | 'gone'
  readonly chat: Chat | null
  /** In the order of the chat, without a gap from the first of them on. */
  readonly messages: readonly Message[]
  /** One's own that aren't known to be stored, to be shown after `messages`. */
  readonly outgoing: readonly OutgoingMessage[]
  readonly hasOlder: boolean
  /** How far in the chat's stream this is. */
  readonly appliedSeq: number
}

export interface NewMessage {
  /** A string is text. */
  readonly content: string | NonNullable<Message['content']>
  /** The id of the message that it answers. */
  readonly replyTo?: string
  /** Ids of people. */
  readonly mentions?: readonly string[]
}

/** A consistent view of one chat, kept up to date until it's closed. */
export interface ChatView {
  readonly current: ChatSnapshot
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** Puts at most `limit` (1 to 100) messages in front; resolves at once where there are none. Rejects with a `ParleyError`. */
  loadOlder(limit?: number): Promise<void>
  /** Shows a message at once and sends it; what becomes of it is in `current`. Returns its `tempId`. */
  send(message: NewMessage): string
  /** A key for what is shown of a message that stays the same when it is stored: its `tempId`, if it was sent from here, or its id. */
  keyOf(messageId: string): string
  close(): void
}

type Requests = Pick<Operations, 'chats' | 'messages'>

interface OpenChatParts {
  readonly chatId: string
  readonly requests: Requests
  /** Something is missing, and `catchingUp` is set: ask for it. */
  readonly onHole: () => void
  /** Nobody needs this any more. */
  readonly onDone: () => void
}

/** What all views of one chat share. */
export class OpenChat {
  readonly #parts: OpenChatParts
  readonly #listeners = new Set<() => void>()
  #state: ChatState = newChatState
  #current: ChatSnapshot = snapshotOf(newChatState)
  #views = 0
  #olderUnderWay: Promise<void> | undefined
  #opened = () => {}
  /** Sends one after the other, so that they are stored in the order they were said in; none before the chat was read. */
  #sends = new Promise<void>((resolve) => {
    this.#opened = resolve
  })

  constructor(parts: OpenChatParts) {
    this.#parts = parts
  }

  get chatId(): string {
    return this.#parts.chatId
  }

  get state(): ChatState {
    return this.#state
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
      keyOf: (messageId) => this.#state.outbox.tempIds.get(messageId) ?? messageId,
      close: () => {
        if (!open) return
        open = false
        for (const entry of own) this.#listeners.delete(entry)
        this.#views -= 1
        this.#letGo()
      },
    }
  }

  put(input: ChatInput): void {
    this.#state = foldChatInput(this.#state, input)
    if (hasHole(this.#state) && this.#state.connected) {
      this.#state = foldChatInput(this.#state, { kind: 'catching_up', userId: this.#state.userId })
      this.#parts.onHole()
    }
    if (this.#state.phase === 'open') this.#opened()
    const next = snapshotOf(this.#state)
    if (!sameSnapshot(this.#current, next)) {
      this.#current = next
      for (const listener of [...this.#listeners]) callSafely(listener)
    }
    this.#letGo()
  }

  /** Reads the chat and its newest messages. */
  async read(): Promise<ChatInput> {
    const { chatId, requests } = this.#parts
    const [{ chat }, page] = await Promise.all([requests.chats.getChat({ chatId }), requests.messages.listMessages({ chatId })])
    return { kind: 'opened', chat, page: toPage(page) }
  }

  /** What still is to be sent is worth staying for after everybody looked away. */
  #letGo() {
    if (this.#state.phase === 'gone' || (this.#views === 0 && this.#state.outbox.outgoing.length === 0)) this.#parts.onDone()
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

  #send({ content, replyTo, mentions }: NewMessage): string {
    const { phase, loaded } = this.#state
    if (phase === 'gone') throw new ParleyError('CHAT_NOT_FOUND', 'unable to send; you are not in this chat any more')
    const quoted = loaded.messages.find(({ id }) => id === replyTo)
    const draft: Draft = {
      tempId: newTempId(),
      chatId: this.#parts.chatId,
      content: typeof content === 'string' ? { type: 'text', text: content } : content,
      replyTo: quoted ? { id: quoted.id, senderId: quoted.senderId, content: quoted.content } : null,
      mentions: mentions ?? [],
      createdAt: new Date().toISOString(),
    }
    this.#deliver(draft, replyTo)
    return draft.tempId
  }

  #deliver(draft: Draft, replyTo: string | undefined) {
    const { tempId, chatId, content, mentions } = draft
    this.put({ kind: 'sending', draft })
    const isOutgoing = () => this.#state.outbox.outgoing.some((message) => message.tempId === tempId)
    this.#sends = this.#sends.then(async () => {
      if (!isOutgoing()) return
      try {
        const sent = { chatId, content, tempId, mentions: [...mentions], ...(replyTo !== undefined && { replyTo }) }
        const payload = await this.#parts.requests.messages.sendMessage(sent)
        this.put({ kind: 'frame', frame: { name: 'new_message', payload } })
      } catch (error) {
        const retry = () => isOutgoing() && this.#deliver(draft, replyTo)
        const discard = () => this.put({ kind: 'discarded', tempId })
        this.put({ kind: 'failed', tempId, failure: { error: asParleyError(error), retry, discard } })
      }
    })
  }
}

type HistoryPage = Awaited<ReturnType<Requests['messages']['listMessages']>>

/** Live messages don't come with their senders; for a message to be the same wherever it came from, none does. */
const toPage = ({ messages, nextCursor, asOf }: HistoryPage): Page => ({
  messages: messages.map(({ sender: _, ...message }) => message),
  hasOlder: nextCursor !== null,
  asOf,
})

function snapshotOf({ phase, connected, catchingUp, held, chat, loaded, outbox, appliedSeq }: ChatState): ChatSnapshot {
  const complete = connected && !catchingUp && held.size === 0
  return {
    state: phase === 'open' ? (complete ? 'live' : 'behind') : phase,
    chat,
    messages: loaded.messages,
    outgoing: outbox.outgoing,
    hasOlder: loaded.oldestSeq > 0,
    appliedSeq,
  }
}

const sameSnapshot = (one: ChatSnapshot, other: ChatSnapshot) =>
  Object.keys(one).every((key) => one[key as keyof ChatSnapshot] === other[key as keyof ChatSnapshot])
