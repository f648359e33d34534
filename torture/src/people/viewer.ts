/** A device built on the SDK: it shows chats and sends in them, and in the end what it shows has to be what history says. */
import { type ChatView, createClient, type Parley } from '@parley/client'
import type { Entry } from '../history.ts'
import type { Log } from '../log.ts'
import type { Random } from '../random.ts'
import { readMessage } from './seen.ts'
import { type Chat, chatsOf, type Person, password, type World } from './world.ts'

export interface ViewerOptions {
  readonly name: string
  readonly world: World
  readonly person: Person
  readonly url: string
  readonly log: Log
  readonly random: Random
}

/** A view that holds more is closed and opened again, as people do by looking elsewhere. */
const longest = 1500
/** Between two sends, in milliseconds. */
const rest = { from: 300, to: 1200 }
const loginPause = 300

/** One chat on the screen. */
class Screen {
  readonly chat: Chat
  readonly #viewer: ViewerOptions
  readonly #parley: Parley
  #view: ChatView
  #told = new Map<string, number>()
  readonly #sending = new Map<string, string>()
  #sends = 0

  constructor(viewer: ViewerOptions, parley: Parley, chat: Chat) {
    this.chat = chat
    this.#viewer = viewer
    this.#parley = parley
    this.#view = this.#open()
  }

  send(): void {
    const { name, person, log } = this.#viewer
    if (this.#view.current.state === 'gone') return
    const text = `${name}:${this.chat.name}#${++this.#sends}`
    const clientId = this.#view.send({ content: text })
    log.write({
      kind: 'invoke',
      client: name,
      person: person.name,
      operation: text,
      chat: this.chat.name,
      action: { name: 'send', clientId, text },
    })
    this.#sending.set(clientId, text)
    this.#changed()
  }

  /** How many sends nobody knows the end of. */
  get unanswered(): number {
    return this.#sending.size
  }

  get appliedSeq(): number {
    return this.#view.current.state === 'live' ? this.#view.current.appliedSeq : 0
  }

  write(): Entry {
    const { state, appliedSeq, hasOlder, messages } = this.#view.current
    const { name, person, log, world } = this.#viewer
    const shown = messages.map((message) => readMessage(message, world.nameOf))
    return log.write({
      kind: 'view',
      client: name,
      person: person.name,
      chat: this.chat.name,
      state,
      appliedSeq,
      hasOlder,
      messages: shown,
    })
  }

  close(): void {
    this.#view.close()
  }

  #open(): ChatView {
    return this.#parley.subscribe(this.chat.id, () => this.#changed())
  }

  #changed(): void {
    this.#notePositions()
    this.#noteAnswers()
    if (this.#view.current.messages.length <= longest || this.#sending.size > 0 || this.#view.current.state !== 'live') return
    this.#view.close()
    this.#told = new Map()
    this.#view = this.#open()
  }

  #notePositions(): void {
    const { name: client, log, world } = this.#viewer
    for (const { userId, deliveredSeq, readSeq } of this.#view.current.chat?.members ?? []) {
      for (const [status, seq] of [
        ['delivered', deliveredSeq],
        ['read', readSeq],
      ] as const) {
        const key = `${userId} ${status}`
        if (this.#told.get(key) === seq) continue
        this.#told.set(key, seq)
        log.write({ kind: 'position', client, chat: this.chat.name, person: world.nameOf(userId), status, seq, source: 'view' })
      }
    }
  }

  #noteAnswers(): void {
    if (this.#sending.size === 0) return
    const { messages, outgoing } = this.#view.current
    const { log } = this.#viewer
    // After an outage a view catches up by hundreds at once, so one's own may stand far from the end.
    for (const { id, seq, rev } of messages) {
      const clientId = this.#view.keyOf(id)
      const operation = this.#sending.get(clientId)
      if (operation === undefined) continue
      this.#sending.delete(clientId)
      log.write({ kind: 'ok', operation, result: { messageId: id, seq, rev } })
    }
    for (const message of outgoing) {
      const operation = this.#sending.get(message.tempId)
      if (operation === undefined || message.status !== 'failed') continue
      if (message.error.retryable) {
        message.retry()
        continue
      }
      this.#sending.delete(message.tempId)
      log.write({ kind: 'fail', operation, code: message.error.code, retryable: false })
      message.discard()
    }
    this.#forgetOutOfSight()
  }

  /** What is neither on its way nor among what is loaded was stored while the view began anew further on. */
  #forgetOutOfSight(): void {
    const { state, messages, outgoing } = this.#view.current
    if (state !== 'live' || this.#sending.size === 0) return
    const known = new Set([...outgoing.map(({ tempId }) => tempId), ...messages.map(({ id }) => this.#view.keyOf(id))])
    for (const [clientId, operation] of this.#sending) {
      if (known.has(clientId)) continue
      this.#sending.delete(clientId)
      this.#viewer.log.write({ kind: 'info', operation, reason: 'stored out of sight' })
    }
  }
}

export class Viewer {
  readonly #options: ViewerOptions
  readonly #parley: Parley
  readonly #chats: readonly Chat[]
  screens: readonly Screen[] = []
  #stopping = false

  constructor(options: ViewerOptions) {
    this.#options = options
    this.#parley = createClient({ url: options.url })
    this.#chats = chatsOf(options.world, options.person)
  }

  get name(): string {
    return this.#options.name
  }

  /** Logs in, however long it takes, and opens all chats. */
  async open(): Promise<void> {
    const { username } = this.#options.person
    while (!this.#stopping) {
      const begun = await this.#parley.auth.login({ username, password }).catch(() => null)
      if (begun !== null) break
      await new Promise((resolve) => setTimeout(resolve, loginPause))
    }
    this.screens = this.#chats.map((chat) => new Screen(this.#options, this.#parley, chat))
  }

  /** Sends now and then until it's told to stop, and all that it sent is answered. */
  async work(): Promise<void> {
    const { random } = this.#options
    while (!this.#stopping || this.screens.some(({ unanswered }) => unanswered > 0)) {
      if (!this.#stopping) random.pick(this.screens).send()
      await new Promise((resolve) => setTimeout(resolve, random.whole(rest.from, rest.to)))
    }
  }

  stop(): void {
    this.#stopping = true
  }

  close(): void {
    this.#stopping = true
    for (const screen of this.screens) screen.close()
    this.#parley.close()
  }
}
