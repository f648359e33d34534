/**
 * A device that speaks the native protocol itself and never gives a message up: what isn't acknowledged is sent again,
 * under the same client id, until it's acknowledged or refused for good. It writes down all that it does, learns and sees.
 */
import { randomUUID } from 'node:crypto'
import { login, logout } from '@parley/protocol/auth'
import type { Operation, OutputOf, RequestOf } from '@parley/protocol/define'
import { Failure } from '@parley/protocol/errors'
import { type Message, sendMessage } from '@parley/protocol/messages'
import { watchPresence } from '@parley/protocol/presence'
import { sync } from '@parley/protocol/streams'
import type { Action, Result } from '../history.ts'
import type { Log } from '../log.ts'
import type { Random } from '../random.ts'
import { Follower } from './follower.ts'
import { labelOf } from './labels.ts'
import { type Door, Line } from './line.ts'
import { isRetryable, Refused, request } from './rest.ts'
import { type Chat, chatsOf, type Person, password, type World } from './world.ts'

export type Outcome =
  | { readonly kind: 'ok'; readonly result: Result }
  | { readonly kind: 'refused'; readonly code: string }
  /** A retryable error, or no answer at all. */
  | { readonly kind: 'again'; readonly answered: boolean }

export interface ClientOptions {
  readonly world: World
  readonly person: Person
  readonly device: number
  readonly doors: readonly Door[]
  readonly random: Random
  readonly log: Log
}

/** Between a retryable refusal and the next attempt, in milliseconds. */
const patience = 100

const noResult: Result = { messageId: null, seq: 0, rev: 0 }

export class Client {
  readonly name: string
  readonly person: Person
  readonly line: Line
  readonly follower: Follower
  readonly #log: Log
  readonly #doors: readonly Door[]
  readonly #random: Random
  readonly #world: World
  #token: string
  #operations = 0
  #isLeaving = false
  #closed = false

  constructor({ world, person, device, doors, random, log }: ClientOptions) {
    this.name = `${person.name}/${device}`
    this.person = person
    this.#token = person.token
    this.#log = log
    this.#doors = doors
    this.#random = random
    this.#world = world
    this.follower = new Follower({
      ...{ client: this.name, chats: chatsOf(world, person), log, nameOf: world.nameOf },
      ask: (input) => this.line.ask(sync.name, input),
      pause: () => this.#pause(),
    })
    this.line = new Line({
      ...{ client: this.name, person: person.name, doors, random, log, nameOf: world.nameOf },
      token: () => this.#token,
      onFact: (fact) => this.follower.heard(fact),
      onOpen: () => this.#begin(),
      onLost: () => this.follower.disconnected(),
    })
  }

  /** Of the session that this device has now. */
  get token(): string {
    return this.#token
  }

  /** Sends until there's an answer; null where the client was closed before. */
  async send(chat: Chat, text: string, clientId: string = randomUUID()): Promise<Outcome | null> {
    const action = { name: 'send' as const, clientId, text: labelOf(text) }
    while (await this.line.online()) {
      const outcome = await this.command(chat, action, sendMessage, { chatId: chat.id, content: text, tempId: clientId })
      if (outcome.kind !== 'again') return outcome
      // Whoever got no answer asks again as soon as there's a connection, while the first send may be under way still.
      if (outcome.answered) await this.#pause()
    }
    return null
  }

  /** A command over the socket, tried once. The acknowledgement's message, where there's one, is the result. */
  command<D extends Operation>(chat: Chat, action: Action, definition: D, input: RequestOf<D>): Promise<Outcome> {
    return this.#attempt(chat.name, action, async () => {
      const answer: unknown = await this.line.ask(definition.name, input)
      const failure = Failure.safeParse(answer)
      if (failure.success) return { code: failure.data.code }
      const { message, readSeq, deliveredSeq } = answer as { message?: Message; readSeq?: number; deliveredSeq?: number }
      if (message !== undefined) return { result: { messageId: message.id, seq: message.seq, rev: message.rev } }
      return { result: { ...noResult, seq: deliveredSeq ?? 0, rev: readSeq ?? 0 } }
    })
  }

  /** A change over REST, tried once; `read` finds the result in the answer. */
  async change<D extends Operation>(
    chat: string,
    action: Action,
    definition: D,
    input: RequestOf<D>,
    read: (output: OutputOf<D>) => Result = () => noResult,
  ): Promise<Outcome> {
    return await this.#attempt(chat, action, async () => {
      try {
        return { result: read(await request(this.#random.pick(this.#doors).url, this.#token, definition, input)) }
      } catch (error) {
        if (error instanceof Refused) return { code: error.code }
        throw error
      }
    })
  }

  /** Ends the session and goes on under a new one; one time after the other, so that it's known which session ended. */
  async logOutAndIn(): Promise<void> {
    if (this.#isLeaving) return
    this.#isLeaving = true
    await this.change('', { name: 'log out' }, logout, {})
    await this.logIn()
    this.#isLeaving = false
  }

  /** A session of this device alone. */
  async logIn(): Promise<void> {
    for (let token: string | null = null; token === null && !this.#closed; ) {
      const { username } = this.person
      const begun = await request(this.#random.pick(this.#doors).url, null, login, { username, password }).catch(() => null)
      token = begun?.tokens.accessToken ?? null
      if (token === null) await this.#pause()
      else this.#token = token
    }
    this.line.renew()
  }

  close(): void {
    this.#closed = true
    this.line.close()
  }

  /** What a device does first on a new connection. */
  #begin(): void {
    void this.follower.catchUp()
    const userIds = this.#world.people.flatMap(({ id }) => (id === this.person.id ? [] : [id]))
    this.line.ask(watchPresence.name, { userIds }).then(
      (answer) => {
        const { presences = [] } = answer as Partial<OutputOf<typeof watchPresence>>
        for (const { userId, status } of presences) {
          this.#log.write({ kind: 'presence', client: this.name, person: this.#world.nameOf(userId), online: status !== 'offline' })
        }
      },
      // Without an answer the connection is over, and the next one asks again.
      () => undefined,
    )
  }

  async #attempt(chat: string, action: Action, act: () => Promise<{ result: Result } | { code: Failure['code'] }>): Promise<Outcome> {
    const operation = `${this.name} ${++this.#operations}`
    this.#log.write({ kind: 'invoke', client: this.name, person: this.person.name, operation, chat, action })
    try {
      const answer = await act()
      if ('result' in answer) {
        this.#log.write({ kind: 'ok', operation, result: answer.result })
        return { kind: 'ok', result: answer.result }
      }
      const retryable = isRetryable(answer.code)
      this.#log.write({ kind: 'fail', operation, code: answer.code, retryable })
      return retryable ? { kind: 'again', answered: true } : { kind: 'refused', code: answer.code }
    } catch (error) {
      this.#log.write({ kind: 'info', operation, reason: (error as Error).message })
      return { kind: 'again', answered: false }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, patience))
  }
}
