/** Who may have been where when, by places in the log: memberships and blocks, begun and ended by requests of which some are never answered. */
import type { ChangeFacts } from './facts.ts'

/** From the first moment at which it may have been so to the last. */
export interface Stay {
  readonly from: number
  until: number
}

/** A request that nobody answered may take effect as long as this after it was made, in milliseconds: a frozen server goes on with it. */
const lateEffect = 60_000

interface Opening {
  readonly change: ChangeFacts | null
  readonly stay: Stay
}

export class Stays {
  readonly #openings = new Map<string, Opening[]>()

  /** Somebody begins to let somebody in; `change` is null where it surely happened. */
  begin(key: string, from: number, change: ChangeFacts | null): void {
    const known = this.#openings.get(key) ?? []
    known.push({ change, stay: { from, until: Number.POSITIVE_INFINITY } })
    this.#openings.set(key, known)
  }

  /** An end was acknowledged: it ends whatever took effect before it began. */
  end(key: string, { invoked, begunAt }: ChangeFacts, order: number): void {
    for (const { change, stay } of this.#openings.get(key) ?? []) {
      if (stay.until <= order || !tookEffectBefore(change, invoked, begunAt)) continue
      stay.until = order
    }
  }

  /** The latest first. */
  *of(key: string): Generator<Stay, void> {
    const openings = this.#openings.get(key) ?? []
    for (let index = openings.length - 1; index >= 0; index--) {
      const opening = openings[index]
      if (opening !== undefined && !opening.change?.refused) yield opening.stay
    }
  }

  /** Whether it may be so now. */
  lasts(key: string): boolean {
    for (const { until } of this.of(key)) if (until === Number.POSITIVE_INFINITY) return true
    return false
  }
}

function tookEffectBefore(change: ChangeFacts | null, invoked: number, begunAt: number): boolean {
  if (change === null) return true
  return change.ok === null ? change.begunAt + lateEffect < begunAt : change.ok.order < invoked
}

/** What a chat of two people is called when one blocks the other. */
export const pairOf = (one: string, other: string): string => [one, other].sort().join('-')
