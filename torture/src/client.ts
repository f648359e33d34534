/**
 * A client of the native protocol that never gives a message up: what isn't acknowledged is sent again, under the same
 * client id, until it's acknowledged or refused for good. It writes down all that it does, learns and sees.
 */
import { randomUUID } from 'node:crypto'
import { authenticated } from '@parley/protocol/auth'
import type { Operation, OutputOf, PayloadOf, RequestOf } from '@parley/protocol/define'
import { Failure } from '@parley/protocol/errors'
import { deleteMessage, editMessage, type Message, sendMessage } from '@parley/protocol/messages'
import { serverClosing } from '@parley/protocol/operations'
import { io, type Socket } from 'socket.io-client'
import type { Action, History, Result } from './history.ts'
import { isRetryable, Refused, request } from './rest.ts'
import { seenFact } from './seen.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly token: string
}

export type Outcome =
  | { readonly kind: 'ok'; readonly result: Result }
  | { readonly kind: 'refused'; readonly code: string }
  /** A retryable error, or no answer at all. */
  | { readonly kind: 'again'; readonly answered: boolean }

/** How long the server may take to answer on a connection that stands, in milliseconds. */
const answerLimit = 30_000
/** Between a retryable refusal and the next attempt, and between two attempts to connect, in milliseconds. */
const patience = 100

export class Client {
  readonly name: string
  readonly user: User
  readonly #url: string
  readonly #history: History
  readonly #socket: Socket
  readonly #closing = new AbortController()
  #connection = 0

  /** Connects at once, and again whenever the connection is lost. */
  constructor({ url, user, device, history }: { url: string; user: User; device: number; history: History }) {
    this.name = `${user.name}/${device}`
    this.user = user
    this.#url = url
    this.#history = history
    this.#socket = io(url, {
      auth: { protocol: 1, token: user.token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: patience,
      reconnectionDelayMax: 3 * patience,
    })
    this.#listen()
  }

  get connected(): boolean {
    return this.#socket.connected
  }

  /** Sends until there's an answer; null where the client was closed before. */
  async send(chatId: string, text: string, clientId: string = randomUUID()): Promise<Outcome | null> {
    const action = { name: 'send' as const, clientId, text }
    while (await this.#online()) {
      const outcome = await this.#command(chatId, action, sendMessage, { chatId, content: text, tempId: clientId })
      if (outcome.kind !== 'again') return outcome
      // Whoever got no answer asks again as soon as there's a connection, while the first send may be under way still.
      if (outcome.answered) await this.#pause()
    }
    return null
  }

  /** Tried once: a second edit would be another change. */
  async edit(chatId: string, messageId: string, text: string): Promise<void> {
    if (await this.#online()) {
      await this.#command(chatId, { name: 'edit', messageId, text }, editMessage, { messageId, content: text })
    }
  }

  async delete(chatId: string, messageId: string): Promise<void> {
    if (await this.#online()) await this.#command(chatId, { name: 'delete', messageId }, deleteMessage, { messageId })
  }

  /** A change over REST, tried once; `read` finds the result in the answer. */
  async change<D extends Operation>(
    chatId: string,
    action: Action,
    definition: D,
    input: RequestOf<D>,
    read: (output: OutputOf<D>) => Result,
  ): Promise<Outcome> {
    return await this.#attempt(chatId, action, async () => {
      try {
        return { result: read(await request(this.#url, this.user.token, definition, input)) }
      } catch (error) {
        if (error instanceof Refused) return { code: error.code }
        throw error
      }
    })
  }

  /** Breaks the connection without a word, as a tunnel does, and comes back. */
  hangUp(): void {
    this.#socket.io.engine?.close()
  }

  close(): void {
    this.#closing.abort()
    this.#socket.disconnect()
  }

  #command<D extends Operation>(chatId: string, action: Action, definition: D, input: RequestOf<D>): Promise<Outcome> {
    return this.#attempt(chatId, action, async () => {
      const answer: unknown = await this.#socket.timeout(answerLimit).emitWithAck(definition.name, input)
      const failure = Failure.safeParse(answer)
      if (failure.success) return { code: failure.data.code }
      const { id, seq, rev } = (answer as { message: Message }).message
      return { result: { messageId: id, seq, rev } }
    })
  }

  async #attempt(chatId: string, action: Action, act: () => Promise<{ result: Result } | { code: Failure['code'] }>): Promise<Outcome> {
    const mine = { client: this.name, operation: randomUUID() }
    this.#history.write({ kind: 'invoke', ...mine, userId: this.user.id, chatId, action })
    try {
      const answer = await act()
      if ('result' in answer) {
        this.#history.write({ kind: 'ok', ...mine, result: answer.result })
        return { kind: 'ok', result: answer.result }
      }
      const retryable = isRetryable(answer.code)
      this.#history.write({ kind: 'fail', ...mine, code: answer.code, retryable })
      return retryable ? { kind: 'again', answered: true } : { kind: 'refused', code: answer.code }
    } catch (error) {
      this.#history.write({ kind: 'info', ...mine, reason: (error as Error).message })
      return { kind: 'again', answered: false }
    }
  }

  #listen(): void {
    const socket = this.#socket
    const who = { client: this.name, userId: this.user.id }
    socket.on('connect', () => this.#history.write({ kind: 'connected', ...who, connection: ++this.#connection }))
    socket.on(authenticated.name, () => this.#history.write({ kind: 'authenticated', ...who, connection: this.#connection }))
    socket.on('disconnect', (reason: string) => {
      const by = reason === 'forced close' || reason === 'io client disconnect' ? 'client' : 'server'
      this.#history.write({ kind: 'disconnected', ...who, connection: this.#connection, by })
      // Socket.IO comes back by itself, except where the server has ended the connection in words.
      if (reason === 'io server disconnect') this.#reconnect()
    })
    // A refused handshake is the other case.
    socket.on('connect_error', () => !socket.active && this.#reconnect())
    socket.onAny((event: string, payload: unknown) => {
      const fact = seenFact(event, payload)
      if (fact !== null) this.#history.write({ ...fact, ...who, connection: this.#connection })
      else if (event === serverClosing.name) this.#history.write({ kind: 'told', ...who, ...(payload as PayloadOf<typeof serverClosing>) })
    })
  }

  #reconnect(): void {
    this.#pause().then(() => !this.#closing.signal.aborted && this.#socket.connect())
  }

  /** Waits for a connection; false where the client was closed instead. */
  async #online(): Promise<boolean> {
    const { signal } = this.#closing
    while (!this.#socket.connected && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#socket.once('connect', resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return !signal.aborted
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, patience))
  }
}
