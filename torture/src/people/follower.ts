/**
 * What a plain device does so as to miss nothing: after every connection it asks for what it missed, from where it has
 * come. While the connection stands it asks for nothing of chats, since there the server leaves no number out; of its
 * person's own stream it asks again where a number is missing.
 */
import type { OutputOf, RequestOf } from '@parley/protocol/define'
import { Failure } from '@parley/protocol/errors'
import type { ChatDelta, sync } from '@parley/protocol/streams'
import type { Fact } from '../history.ts'
import type { Log } from '../log.ts'
import { ownEntry, readMessage } from './seen.ts'
import type { Chat } from './world.ts'

type Ask = (input: RequestOf<typeof sync>) => Promise<unknown>

/** The stream of the person, among those of chats. */
const ownStream = ''

interface Parts {
  readonly client: string
  readonly chats: readonly Chat[]
  readonly log: Log
  readonly nameOf: (id: string) => string
  readonly ask: Ask
  /** Between a refusal and the next attempt. */
  readonly pause: () => Promise<void>
}

export class Follower {
  readonly #parts: Parts
  /** By the chat's name, up to where this device holds everything. */
  readonly #applied = new Map<string, number>()
  /** What came live on this connection while what lies before it was asked for. */
  readonly #ahead = new Map<string, number>()
  /** Where there's nothing before what comes live. */
  readonly #complete = new Set<string>()
  #connection = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** How far this device has come in a chat. */
  appliedOf(chat: string): number {
    return this.#applied.get(chat) ?? 0
  }

  /** Something came live. */
  heard(fact: Fact): void {
    if (fact.kind === 'seen') this.#note(fact.chat, fact.seq)
    else if (fact.kind === 'own') this.#heardOwn(fact.entries.map(({ seq }) => seq))
  }

  /** What comes next may come after what it doesn't tell. */
  disconnected(): void {
    this.#connection++
    this.#ahead.clear()
    this.#complete.clear()
  }

  /** Asks about everything until nothing is missing, or until the connection is another one. */
  catchUp(): Promise<void> {
    return this.#ask(new Map(this.#parts.chats.map((chat) => [chat.id, this.appliedOf(chat.name)])))
  }

  #heardOwn(numbers: readonly number[]): void {
    const first = Math.min(...numbers)
    const isMissing = this.#complete.has(ownStream) && first > this.appliedOf(ownStream) + 1
    if (isMissing) this.#complete.delete(ownStream)
    this.#note(ownStream, Math.max(...numbers))
    if (isMissing) void this.#ask(new Map())
  }

  async #ask(from: ReadonlyMap<string, number>): Promise<void> {
    const { ask, pause, log, client, nameOf } = this.#parts
    const connection = this.#connection
    let behind = from
    let own: number | null = this.appliedOf(ownStream)
    while ((behind.size > 0 || own !== null) && connection === this.#connection) {
      const answer = await ask({ chats: Object.fromEntries(behind), ...(own !== null && { userSeq: own }) }).catch(() => null)
      if (answer === null || connection !== this.#connection) return
      if (Failure.safeParse(answer).success) {
        await pause()
        continue
      }
      const { chats, user } = answer as OutputOf<typeof sync>
      behind = new Map(chats.flatMap((delta) => (this.#learn(delta) ? [] : [[delta.chatId, delta.to] as const])))
      if (own === null) continue
      log.write({ kind: 'own', client, entries: user.entries.map((entry) => ownEntry(entry, nameOf)) })
      // What came live meanwhile may come after something that didn't.
      own = user.to < Math.max(user.head, (this.#ahead.get(ownStream) ?? 0) - 1) ? user.to : null
      this.#advance(ownStream, user.to, own === null)
    }
  }

  /** Returns whether that was all. */
  #learn({ chatId, from, to, head, reset, messages }: ChatDelta): boolean {
    const { client, log, nameOf } = this.#parts
    const chat = nameOf(chatId)
    const upTo = reset ? head : to
    const read = messages.map((message) => readMessage(message, nameOf))
    log.write({ kind: 'synced', client, chat, from, to: upTo, reset, messages: read })
    this.#advance(chat, upTo, upTo >= head)
    return upTo >= head
  }

  #note(stream: string, seq: number): void {
    const known = this.#complete.has(stream) ? this.#applied : this.#ahead
    known.set(stream, Math.max(known.get(stream) ?? 0, seq))
  }

  #advance(stream: string, upTo: number, complete: boolean): void {
    this.#applied.set(stream, Math.max(this.#applied.get(stream) ?? 0, upTo))
    if (!complete) return
    this.#complete.add(stream)
    this.#note(stream, this.#ahead.get(stream) ?? 0)
  }
}
