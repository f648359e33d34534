/** What was sent from here and isn't known to be stored yet, in all chats: kept on disk before it leaves, and sent until it is stored or refused. */
import { waitAfter } from './backoff.ts'
import type { Draft, OutgoingMessage, Sending } from './chat-outgoing.ts'
import type { ChatInput } from './chat-state.ts'
import { type ConnectionState, callSafely, type Events } from './events.ts'
import type { Keeper } from './keeper.ts'
import type { Operations } from './operations.ts'
import { asParleyError, notTheirs, ParleyError } from './parley-error.ts'

/** Messages of my own that aren't known to be stored. */
export interface OutboxView {
  /** Of all chats, in the order in which they were sent. Never changes; what happens makes another. */
  readonly current: readonly OutgoingMessage[]
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
}

/** As it is kept on disk. */
interface KeptDraft {
  readonly draft: Draft
  /** Where it stands among the others: milliseconds since 1970, or one more than the one before. */
  readonly order: number
  readonly refused?: { readonly code: ParleyError['code']; readonly message: string }
}

interface OutboxParts {
  /** Whose messages these are; undefined until it's known. */
  readonly userId: () => string | undefined
  /** What is asked for as this very person, or not at all. */
  readonly requestsAs: (userId: string) => { readonly messages: Pick<Operations['messages'], 'sendMessage'> }
  readonly keeper: Keeper
  readonly connectionState: () => ConnectionState
  /** Tells whoever shows the chat. */
  readonly tell: (chatId: string, input: ChatInput) => void
  /** One was taken back here: other tabs may have it as well. */
  readonly onDiscarded: (tempId: string) => void
}

/** The server's own mistakes may be about one message: then it isn't tried for ever. */
const patience = 5

/** What passes by itself, sooner or later: no server, one that is busy, something between that answers in its place, a session that is being renewed. */
const passing: readonly string[] = ['BAD_ANSWER', 'UNAUTHENTICATED', 'CLOSED'] satisfies ParleyError['code'][]

/** `mistakes` the server has made about the message so far. */
const mayPass = (error: ParleyError, mistakes: number) =>
  error.code === 'INTERNAL' ? mistakes < patience : error.retryable || passing.includes(error.code)

const keyOf = (tempId: string) => `outbox/${tempId}`

export class Outbox {
  readonly #parts: OutboxParts
  readonly #listeners = new Set<() => void>()
  /** Chats in which somebody is sending what there is. */
  readonly #busy = new Set<string>()
  readonly #pauses = new Set<() => void>()
  /** What was taken back, here or in another tab: what was read from disk before may still hold it. */
  readonly #discarded = new Set<string>()
  /** Not on disk yet. */
  readonly #unkept = new Set<string>()
  readonly #orders = new Map<string, number>()
  #order = 0
  #current: readonly OutgoingMessage[] = []

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  readonly view: OutboxView = ((outbox: Outbox) => ({
    get current() {
      return outbox.#current
    },
    subscribe(listener) {
      const entry = () => listener()
      outbox.#listeners.add(entry)
      return () => void outbox.#listeners.delete(entry)
    },
  }))(this)

  of(chatId: string): readonly OutgoingMessage[] {
    return this.#current.filter((message) => message.chatId === chatId)
  }

  /** Shows the message at once, keeps it, and then sends it after those before it. */
  add(draft: Draft): void {
    const { tempId, chatId } = draft
    this.#order = Math.max(Date.now(), this.#order + 1)
    this.#orders.set(tempId, this.#order)
    this.#unkept.add(tempId)
    this.#show(this.#sending(draft))
    void this.#parts.keeper.keep(keyOf(tempId), this.#kept(draft)).then(() => {
      this.#unkept.delete(tempId)
      return this.#run(chatId)
    })
  }

  /** Goes on with what an earlier start of this client didn't get done, or another tab. */
  async restore(): Promise<void> {
    const kept = [...(await this.#parts.keeper.load('outbox/')).values()] as KeptDraft[]
    for (const { draft, order, refused } of kept.toSorted((one, other) => one.order - other.order)) {
      if (this.#find(draft.tempId) !== undefined || this.#discarded.has(draft.tempId)) continue
      this.#orders.set(draft.tempId, order)
      this.#show(this.#sending(draft))
      if (refused !== undefined) this.#fail(draft.tempId, new ParleyError(refused.code, refused.message))
    }
    this.wake()
  }

  /** It is stored, whichever way that became known. */
  settle(tempId: string): void {
    if (this.#find(tempId) === undefined) return
    this.#replace(this.#current.filter((message) => message.tempId !== tempId))
    this.#parts.keeper.put(keyOf(tempId), () => undefined)
  }

  /** It isn't to be sent after all, as somebody said here or in another tab. */
  discard(tempId: string): void {
    const chatId = this.#find(tempId)?.chatId
    this.#discarded.add(tempId)
    this.settle(tempId)
    if (chatId !== undefined) this.#parts.tell(chatId, { kind: 'discarded', tempId })
  }

  /** Nothing need wait any longer: there may be a way to the server. */
  wake(): void {
    for (const wake of [...this.#pauses]) wake()
    for (const chatId of new Set(this.#current.map((message) => message.chatId))) void this.#run(chatId)
  }

  /** What one person wanted to say isn't for the next who logs in. */
  end(): void {
    const dropped = this.#current
    this.#replace([])
    for (const { chatId, tempId } of dropped) this.#parts.tell(chatId, { kind: 'discarded', tempId })
    this.wake()
  }

  #find(tempId: string) {
    return this.#current.find((message) => message.tempId === tempId)
  }

  #sending(draft: Draft): Sending {
    const { tempId } = draft
    return {
      ...draft,
      retry: () => {
        if (this.#find(tempId) === undefined) return
        this.#show(this.#sending(draft))
        this.#parts.keeper.put(keyOf(tempId), () => this.#kept(draft))
        this.wake()
      },
      discard: () => {
        this.discard(tempId)
        // At once: what was taken back doesn't leave after all, however soon the page goes.
        void this.#parts.keeper.keep(keyOf(tempId), undefined)
        this.#parts.onDiscarded(tempId)
      },
    }
  }

  #show(sending: Sending) {
    const message: OutgoingMessage = { ...sending, status: 'sending' }
    const index = this.#current.findIndex(({ tempId }) => tempId === sending.tempId)
    this.#replace(index < 0 ? [...this.#current, message] : this.#current.with(index, message))
    this.#parts.tell(sending.chatId, { kind: 'sending', sending })
  }

  #fail(tempId: string, error: ParleyError) {
    const message = this.#find(tempId)
    if (message === undefined) return
    this.#replace(this.#current.map((each) => (each === message ? { ...message, error, status: 'failed' } : each)))
    this.#parts.tell(message.chatId, { kind: 'failed', tempId, error })
  }

  #replace(current: readonly OutgoingMessage[]) {
    this.#current = current
    for (const listener of [...this.#listeners]) callSafely(listener)
  }

  #kept(draft: Draft, refused?: KeptDraft['refused']): KeptDraft {
    return { draft, order: this.#orders.get(draft.tempId) ?? 0, ...(refused && { refused }) }
  }

  /** Sends what there is in a chat, one after the other: they are stored in the order in which they were said. */
  async #run(chatId: string): Promise<void> {
    if (this.#busy.has(chatId)) return
    this.#busy.add(chatId)
    for (let next = this.#next(chatId); next !== undefined; next = this.#next(chatId)) await this.#deliver(next)
    this.#busy.delete(chatId)
  }

  #next(chatId: string): OutgoingMessage | undefined {
    const first = this.#current.find((message) => message.chatId === chatId && message.status === 'sending')
    return first !== undefined && this.#unkept.has(first.tempId) ? undefined : first
  }

  async #deliver(message: OutgoingMessage): Promise<void> {
    const { tempId, chatId } = message
    for (let failures = 0, mistakes = 0; this.#find(tempId)?.status === 'sending'; failures += 1) {
      try {
        this.#stored(chatId, await this.#send(message))
        return
      } catch (cause) {
        const error = asParleyError(cause)
        if (!mayPass(error, mistakes)) return this.#refused(tempId, error)
        if (error.code === 'INTERNAL') mistakes += 1
        await this.#pause(waitAfter(error, failures))
      }
    }
  }

  /** Who wrote it sends it: whoever logged in meanwhile, here or in another tab, doesn't. */
  async #send({ tempId, chatId, content, replyTo, mentions }: Draft): Promise<Events['new_message']> {
    const userId = this.#parts.userId()
    if (userId === undefined) throw notTheirs()
    const sent = { chatId, content, tempId, mentions: [...mentions], ...(replyTo !== null && { replyTo: replyTo.id }) }
    return this.#parts.requestsAs(userId).messages.sendMessage(sent)
  }

  #stored(chatId: string, payload: Events['new_message']) {
    this.#parts.tell(chatId, { kind: 'frame', frame: { name: 'new_message', payload } })
    this.settle(payload.tempId)
  }

  #refused(tempId: string, error: ParleyError) {
    const draft = this.#find(tempId)
    if (draft === undefined) return
    const { chatId, content, replyTo, mentions, createdAt } = draft
    const kept = { tempId, chatId, content, replyTo, mentions, createdAt }
    this.#parts.keeper.put(keyOf(tempId), () => this.#kept(kept, { code: error.code, message: error.message }))
    this.#fail(tempId, error)
  }

  /** Who closed the client on purpose wants nothing to be tried until it is opened again. */
  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#pauses.delete(end)
        resolve()
      }
      const timer = this.#parts.connectionState() === 'offline' ? undefined : setTimeout(end, milliseconds)
      this.#pauses.add(end)
    })
  }
}
