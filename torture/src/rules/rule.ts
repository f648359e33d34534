/** How a rule is decided: entry by entry, and then once more when all are known. It keeps as little as it can. */
import type { Entry } from '../history.ts'
import type { Facts } from './facts.ts'
import type { Accuse } from './violation.ts'

export interface Decision {
  /** Called in the order of the log, after the facts have taken the entry in. */
  readonly observe?: (entry: Entry) => void
  readonly conclude?: () => void
}

export type Rule = (facts: Facts, accuse: Accuse) => Decision
