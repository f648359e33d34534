import type { Database } from '../../platform/database/database.ts'
import { selectBeginnings } from './streams.queries.ts'

interface Parts {
  readonly database: Database
  /** Up to which id of the outbox everything was dealt with. */
  readonly settled: () => number
}

interface Question {
  readonly chatIds: Set<string>
  readonly found: Promise<ReadonlyMap<string, number>>
}

/** Where what was written lately in a chat begins. One question at a time: what is asked for meanwhile goes into the next. */
export class Beginnings {
  readonly #parts: Parts
  #next: Question | null = null
  #asking: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The number above which all lies that was written lately; null where nothing was. */
  async of(chatId: string): Promise<number | null> {
    const next = this.#next ?? this.#gather()
    next.chatIds.add(chatId)
    return (await next.found).get(chatId) ?? null
  }

  #gather(): Question {
    const chatIds = new Set<string>()
    const found = this.#asking.then(() => {
      this.#next = null
      return selectBeginnings(this.#parts.database.query, this.#parts.settled(), [...chatIds])
    })
    this.#asking = found.catch(() => undefined)
    const question = { chatIds, found }
    this.#next = question
    return question
  }
}
