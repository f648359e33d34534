/** What a run has come to so far. */
import type { Entry } from './history.ts'
import type { Log } from './log.ts'

export class Tally {
  readonly #begun = performance.now()
  /** Client ids of sends under way, by operation. */
  readonly #sending = new Map<string, string>()
  readonly #acknowledged = new Set<string>()
  #kills = 0
  #partitions = 0
  #last = ''

  constructor(log: Log) {
    log.watch((entry) => this.#note(entry))
  }

  /** A fault begins. */
  fault(what: string, partition: boolean): void {
    if (what.startsWith('kill')) this.#kills++
    if (partition) this.#partitions++
    this.#last = what
  }

  get minutes(): number {
    return (performance.now() - this.#begun) / 60_000
  }

  get kills(): number {
    return this.#kills
  }

  /** How many messages were acknowledged. */
  get sends(): number {
    return this.#acknowledged.size
  }

  line(): string {
    const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20)
    return `${this.minutes.toFixed(1)} min: ${this.sends} sends acknowledged, ${this.#kills} kills, ${this.#partitions} partitions, ${megabytes} MB here; last: ${this.#last}`
  }

  #note(entry: Entry): void {
    if (entry.kind === 'invoke' && entry.action.name === 'send') this.#sending.set(entry.operation, entry.action.clientId)
    else if (entry.kind === 'ok' || entry.kind === 'fail' || entry.kind === 'info') {
      const clientId = this.#sending.get(entry.operation)
      this.#sending.delete(entry.operation)
      if (clientId !== undefined && entry.kind === 'ok') this.#acknowledged.add(clientId)
    }
  }
}
