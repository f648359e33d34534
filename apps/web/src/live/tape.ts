import type { LiveEvent } from './live-event.ts'

/** Remembers the events that arrive while something is being read, so that an answer already old when it comes lacks nothing. */
export class Tape {
  readonly #recordings = new Set<LiveEvent[]>()

  record(event: LiveEvent) {
    for (const recording of this.#recordings) recording.push(event)
  }

  /** What `read` answers, with the events of the meantime folded in. Folds must bear an event that the answer holds already. */
  async readWhileLive<State>(read: () => Promise<State>, fold: (state: State, event: LiveEvent) => State): Promise<State> {
    const recording: LiveEvent[] = []
    this.#recordings.add(recording)
    try {
      const state = await read()
      return recording.reduce(fold, state)
    } finally {
      this.#recordings.delete(recording)
    }
  }
}
