/** Tells the server how far I have come in each chat: at once, and then at most once a second, until it has taken it. */
import { later, waitAfter } from './backoff.ts'
import type { Keeper } from './keeper.ts'
import type { Operations } from './operations.ts'
import { asParleyError } from './parley-error.ts'

interface Mark {
  readonly delivered: number
  readonly read: number
}

interface MarksParts {
  /** What is asked for as this very person, or not at all. */
  readonly requestsAs: (userId: string) => { readonly messages: Pick<Operations['messages'], 'messageDelivered' | 'messageRead'> }
  readonly keeper: Keeper
  /** Whose connection there is; undefined without one. */
  readonly onlineAs: () => string | undefined
  /** Shows that I have come so far. */
  readonly show: (chatId: string, mark: { readonly deliveredSeq: number; readonly readSeq: number }) => void
}

const everyMs = 1_000
const none: Mark = { delivered: 0, read: 0 }
const keyOf = (chatId: string) => `mark/${chatId}`

export class Marks {
  readonly #parts: MarksParts
  /** What the server hasn't taken yet. */
  readonly #waiting = new Map<string, Mark>()
  readonly #busy = new Set<string>()

  constructor(parts: MarksParts) {
    this.#parts = parts
  }

  read(chatId: string, seq: number): void {
    this.#add(chatId, { delivered: seq, read: seq })
    this.#parts.show(chatId, { deliveredSeq: seq, readSeq: seq })
  }

  delivered(chatId: string, seq: number): void {
    this.#add(chatId, { delivered: seq, read: 0 })
    this.#parts.show(chatId, { deliveredSeq: seq, readSeq: 0 })
  }

  async restore(): Promise<void> {
    for (const [key, mark] of await this.#parts.keeper.load('mark/')) {
      const chatId = key.slice(keyOf('').length)
      const { delivered, read } = mark as Mark
      this.#add(chatId, { delivered, read })
      this.#parts.show(chatId, { deliveredSeq: delivered, readSeq: read })
    }
  }

  /** There is a connection again. */
  wake(): void {
    for (const chatId of this.#waiting.keys()) void this.#run(chatId)
  }

  end(): void {
    this.#waiting.clear()
  }

  #add(chatId: string, { delivered, read }: Mark) {
    const known = this.#waiting.get(chatId) ?? none
    const mark = { delivered: Math.max(known.delivered, delivered), read: Math.max(known.read, read) }
    if (mark.delivered === known.delivered && mark.read === known.read) return
    this.#waiting.set(chatId, mark)
    this.#parts.keeper.put(keyOf(chatId), () => this.#waiting.get(chatId))
    void this.#run(chatId)
  }

  async #run(chatId: string): Promise<void> {
    if (this.#busy.has(chatId)) return
    this.#busy.add(chatId)
    for (let failures = 0, mark = this.#waiting.get(chatId); mark !== undefined; mark = this.#waiting.get(chatId)) {
      const userId = this.#parts.onlineAs()
      if (userId === undefined) break
      try {
        await this.#tell(userId, chatId, mark)
        this.#taken(chatId, mark)
        failures = 0
        await later(everyMs)
      } catch (cause) {
        const error = asParleyError(cause)
        if (!error.retryable) this.#taken(chatId, mark)
        await later(waitAfter(error, failures))
        failures += 1
      }
    }
    this.#busy.delete(chatId)
  }

  /** Who has read something has it. */
  async #tell(userId: string, chatId: string, { delivered, read }: Mark): Promise<void> {
    const { messageDelivered, messageRead } = this.#parts.requestsAs(userId).messages
    if (read > 0) await messageRead({ chatId, seq: read })
    if (delivered > read) await messageDelivered({ chatId, seq: delivered })
  }

  #taken(chatId: string, mark: Mark) {
    if (this.#waiting.get(chatId) !== mark) return
    this.#waiting.delete(chatId)
    this.#parts.keeper.put(keyOf(chatId), () => undefined)
  }
}
