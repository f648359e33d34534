import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Database } from '../../platform/database/database.ts'
import type { ChatTurns } from './chat-turns.ts'
import { commitBatch } from './commit-batch.ts'
import type { Draft, Outcome } from './draft.ts'
import type { Frame, Outlet } from './frames.ts'
import { persistently } from './persistently.ts'

export interface Stored {
  readonly draft: Draft
  readonly seq: number
}

interface Waiting {
  readonly draft: Draft
  readonly settle: (outcome: Outcome) => void
}

interface Parts {
  readonly database: Database
  readonly turns: ChatTurns
  readonly outlet: Outlet
  readonly log: Log
  /** What to tell the members of a chat about messages stored there, in order. */
  readonly framesOf: (stored: readonly Stored[]) => Promise<Frame[]>
}

const batchSize = 500
/** More than this waiting is refused at once rather than kept (B2). */
const capacity = 20_000

/**
 * Group commit: what waits when the database is free goes into one transaction. Nothing waits for a timer, so an idle
 * server stores a message at once and a busy one stores hundreds for the price of one. A chat is in one batch at a
 * time; a few batches are under way at once, so that one chat that is locked elsewhere stalls no other.
 */
export class WriteQueue {
  readonly #parts: Parts
  readonly #lanes: number
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #ready = new Set<string>()
  readonly #pending = new Map<string, { draft: Draft; outcome: Promise<Outcome> }>()
  readonly #drained: (() => void)[] = []
  #inFlight = 0
  #armed = false
  #closing = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#lanes = parts.database.kind === 'embedded' ? 1 : 3
  }

  /** How many sends are neither stored nor refused yet. */
  get length(): number {
    return this.#pending.size
  }

  /** Resolves after commit. Rejects only where nothing was tried. */
  async submit(draft: Draft): Promise<Outcome> {
    if (this.#closing)
      throw new AppError('UNAVAILABLE', { message: 'The server is closing; please send again in a moment.', retryAfter: 1 })
    const key = `${draft.senderId} ${draft.clientId}`
    const earlier = this.#pending.get(key)
    if (earlier !== undefined) return repeatOf(earlier.draft, await earlier.outcome)
    if (this.#pending.size >= capacity) throw new AppError('OVERLOADED', { retryAfter: 1 })
    const outcome = new Promise<Outcome>((settle) => this.#enqueue({ draft, settle })).finally(() => {
      this.#pending.delete(key)
      if (this.#pending.size === 0) for (const resolve of this.#drained.splice(0)) resolve()
    })
    this.#pending.set(key, { draft, outcome })
    return outcome
  }

  /** A chat's turn is free: whatever waits for it may go. */
  wake(chatId: string): void {
    if (!this.#waiting.has(chatId)) return
    this.#ready.add(chatId)
    this.#arm()
  }

  /** Refuses what comes from now on; resolves when everything taken so far is committed or refused. */
  async drain(): Promise<void> {
    this.#closing = true
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  #enqueue(entry: Waiting): void {
    const { chatId } = entry.draft
    const line = this.#waiting.get(chatId)
    if (line === undefined) this.#waiting.set(chatId, [entry])
    else line.push(entry)
    if (this.#parts.turns.isTaken(chatId)) return
    this.#ready.add(chatId)
    this.#arm()
  }

  /** Waits for the end of the event loop's round, so that sends that arrived together travel together. */
  #arm(): void {
    if (this.#armed || this.#inFlight >= this.#lanes || this.#ready.size === 0) return
    this.#armed = true
    setImmediate(() => {
      this.#armed = false
      this.#flush()
    })
  }

  #flush(): void {
    const batch: Waiting[] = []
    const chats: string[] = []
    for (const chatId of this.#ready) {
      if (batch.length >= batchSize) break
      this.#ready.delete(chatId)
      const line = this.#waiting.get(chatId)
      if (line === undefined || !this.#parts.turns.tryTake(chatId)) continue
      const taken = line.splice(0, batchSize - batch.length)
      if (line.length === 0) this.#waiting.delete(chatId)
      chats.push(chatId)
      batch.push(...taken)
    }
    if (batch.length === 0) return
    this.#inFlight++
    void this.#commit(chats, batch)
    this.#arm()
  }

  async #commit(chats: readonly string[], batch: readonly Waiting[]): Promise<void> {
    const outcomes = await commitBatch(
      this.#parts.database,
      batch.map(({ draft }) => draft),
    )
    this.#inFlight--
    const stored = new Map<string, Stored[]>(chats.map((chatId) => [chatId, []]))
    batch.forEach(({ draft, settle }, index) => {
      const outcome = outcomes[index] as Outcome
      if (outcome.kind === 'stored') stored.get(draft.chatId)?.push(outcome)
      settle(outcome)
    })
    this.#arm()
    await Promise.all(Array.from(stored, ([chatId, messages]) => this.#publish(chatId, messages)))
  }

  async #publish(chatId: string, stored: readonly Stored[]): Promise<void> {
    const { turns, outlet, framesOf, log } = this.#parts
    try {
      if (stored.length === 0) return
      const frames = await persistently(() => framesOf(stored))
      for (const [start, end] of runsOf(stored)) {
        const first = stored[start] as Stored
        const from = first.seq - 1
        // What a quote says may be newer than the message that quotes: nobody may have been taken out in between (P1).
        const access = frames.reduce((latest, frame) => Math.max(latest, frame.access ?? 0), first.draft.access)
        const piece = { chatId, from, to: from + end - start, access, frames: frames.slice(start, end), toLeavers: false }
        await persistently(() => outlet.publish(piece))
      }
    } catch (error) {
      log.error({ err: error, chatId }, 'unable to tell members of stored messages; they find them in the history')
    } finally {
      turns.release(chatId)
    }
  }
}

/** What a send learns that came while the first one under its client id was still under way. */
function repeatOf(first: Draft, outcome: Outcome): Outcome {
  return outcome.kind === 'stored' ? { kind: 'known', id: first.id, requestHash: first.requestHash } : outcome
}

/** Where numbers follow each other, as [start, end): a batch that was stored in parts leaves room for what others wrote in between. */
function runsOf(stored: readonly Stored[]): [number, number][] {
  const runs: [number, number][] = []
  let start = 0
  for (let index = 1; index <= stored.length; index++) {
    if (stored[index]?.seq === (stored[index - 1] as Stored).seq + 1) continue
    runs.push([start, index])
    start = index
  }
  return runs
}
