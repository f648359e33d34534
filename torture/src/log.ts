/** The append-only log of a run: written as JSON lines, or kept in memory where a test wants to look at it. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Entry, Fact } from './history.ts'

interface Waiting {
  readonly fits: (entry: Entry) => boolean
  readonly resolve: (entry: Entry) => void
  left: number
}

/** So many characters are written at once; several hundred entries a second are none too cheap one by one. */
const chunk = 256 * 1024

export class Log {
  /** Empty where the log goes to a file. */
  readonly entries: Entry[] = []
  readonly #file: number | null
  readonly #begun = performance.now()
  readonly #waiting = new Set<Waiting>()
  readonly #watchers: ((entry: Entry) => void)[] = []
  #order = 0
  #pending: string[] = []
  #pendingLength = 0

  /** `path` null keeps the log in memory. */
  constructor(path: string | null) {
    this.#file = path === null ? null : openSync(path, 'w')
  }

  write(fact: Fact): Entry {
    const entry: Entry = { ...fact, order: this.#order++, at: Math.round(performance.now() - this.#begun) }
    if (this.#file === null) this.entries.push(entry)
    else this.#append(entry)
    for (const watch of this.#watchers) watch(entry)
    for (const waiting of this.#waiting) {
      if (!waiting.fits(entry) || --waiting.left > 0) continue
      this.#waiting.delete(waiting)
      waiting.resolve(entry)
    }
    return entry
  }

  /** Calls `watcher` with every entry from now on. */
  watch(watcher: (entry: Entry) => void): void {
    this.#watchers.push(watcher)
  }

  /** Resolves with the `count`th entry from now on that fits; rejects when it hasn't come within `patience` milliseconds. */
  next(what: string, fits: (entry: Entry) => boolean, count = 1, patience = 60_000): Promise<Entry> {
    const { promise, resolve, reject } = Promise.withResolvers<Entry>()
    const waiting = { fits, resolve, left: count }
    this.#waiting.add(waiting)
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      reject(new Error(`stuck: waited ${patience / 1000} s in vain for ${what}`))
    }, patience)
    return promise.finally(() => clearTimeout(timer))
  }

  /** The order of an entry is its line, so it isn't written. */
  #append({ order: _, ...entry }: Entry): void {
    const line = `${JSON.stringify(entry)}\n`
    this.#pending.push(line)
    this.#pendingLength += line.length
    if (this.#pendingLength > chunk) this.flush()
  }

  flush(): void {
    if (this.#file !== null) writeSync(this.#file, this.#pending.join(''))
    this.#pending = []
    this.#pendingLength = 0
  }

  close(): void {
    this.flush()
    if (this.#file !== null) closeSync(this.#file)
  }
}

/** What a log in a file says, entry by entry. */
export async function* readLog(path: string): AsyncGenerator<Entry, void> {
  let order = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    yield { ...(JSON.parse(line) as Fact & { at: number }), order: order++ }
  }
}
