/** The tab that has the connection: passes on what comes, and carries out what the others ask for. */
import type { Connection, ConnectionOptions } from './connection.ts'
import type { Emitter } from './events.ts'
import { asParleyError } from './parley-error.ts'
import { type FollowerMessage, type LeaderMessage, type LineState, leaderPatienceMs, type Passed, toTabFailure } from './tab-messages.ts'
import { newTempId } from './temp-id.ts'

interface TabLeaderParts {
  readonly connect: (events: ConnectionOptions['events']) => Connection
  readonly post: (message: LeaderMessage) => void
  /** For this tab itself: everything that the others hear. */
  readonly onPassed: (passed: Passed) => void
}

export class TabLeader {
  readonly connection: Connection
  readonly #parts: TabLeaderParts
  readonly #term = newTempId()
  #number = 0
  /** Whether there are others; until one says so, nothing needs passing on. */
  #followed = false
  #ended = false

  constructor(parts: TabLeaderParts) {
    this.#parts = parts
    const emit: Emitter['emit'] = (name, payload) => {
      if (name === 'connection') this.#pass({ kind: 'state', line: this.#line })
      // Each tab says itself that it's back: it may have missed more than this one, or less.
      else if (name !== 'reconnected') this.#pass({ kind: 'event', event: { name, payload } })
    }
    this.connection = parts.connect({ emit })
    parts.post({ kind: 'leading', term: this.#term })
  }

  receive(message: FollowerMessage): void {
    // The others' timers may be on time where ours, in the background, aren't.
    this.connection.catchUpOnTime()
    if (message.kind === 'hello') this.#greet(message)
    else void this.#carryOut(message)
  }

  end(): void {
    this.#ended = true
    this.connection.close()
  }

  get #line(): LineState {
    return { state: this.connection.state, opened: this.connection.opened }
  }

  #pass(passed: Passed) {
    if (this.#ended) return
    this.#number += 1
    if (this.#followed) this.#parts.post({ kind: 'passed', term: this.#term, number: this.#number, passed })
    this.#parts.onPassed(passed)
  }

  #greet({ from, wish }: FollowerMessage & { kind: 'hello' }) {
    this.#followed = true
    if (wish === 'quietly') this.connection.want()
    if (wish === 'now') this.connection.open().catch((error: unknown) => this.#refuse(from, error))
    this.#parts.post({ kind: 'welcome', to: from, term: this.#term, number: this.#number, line: this.#line })
  }

  #refuse(from: string, error: unknown) {
    if (!this.#ended) this.#parts.post({ kind: 'not_open', to: from, failure: toTabFailure(asParleyError(error)) })
  }

  async #carryOut({ from, term, sentAt, userId, name, input }: FollowerMessage & { kind: 'command' }) {
    // After a freeze there's old mail: who wrote it has been told that it failed, and may have done otherwise since.
    if (term !== this.#term || Date.now() - sentAt > leaderPatienceMs) return
    try {
      const answer = await this.connection.command(name, input, userId)
      if (!this.#ended) this.#parts.post({ kind: 'answer', to: from, answer })
    } catch (error) {
      if (!this.#ended) this.#parts.post({ kind: 'failure', to: from, failure: toTabFailure(asParleyError(error)) })
    }
  }
}
