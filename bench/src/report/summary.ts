/** Rounds into figures: the median of each, and how far they lay apart. */
import { type FigureName, figures } from '../load/measure.ts'
import { measurementsOf, type Outcome } from '../run.ts'
import type { TargetName } from '../targets/target.ts'

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Row {
  readonly target: TargetName
  readonly figures: ReadonlyMap<FigureName, Spread>
}

/** One heading of a workload: `saturated`. */
export interface Section {
  readonly variant: string
  readonly rows: readonly Row[]
  /** What the others are compared with. */
  readonly reference: TargetName
  /** How many times its messages a second each of the others passes on, round by round; empty where not the server set the pace. */
  readonly ratios: ReadonlyMap<TargetName, Spread>
}

const figureNames = Object.keys(figures) as FigureName[]

/** The middle one, of an even number the upper of the two; @throws Error where there is none. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)]
  if (least === undefined || median === undefined || most === undefined) throw new Error('unable to summarise; nothing was measured')
  return { median, least, most }
}

/** What the others are compared with is raw Socket.IO; where it isn't there, the Parley of the other checkout, or else the first target. */
export function summarise(outcome: Outcome): Section[] {
  const names = [...outcome.rounds.keys()]
  const variants = new Set(names.flatMap((name) => (outcome.rounds.get(name) ?? []).flatMap((round) => Object.keys(round))))
  const reference = names.find((name) => name === 'socketio') ?? names.find((name) => name.endsWith('-before')) ?? names[0]
  if (reference === undefined) return []
  return [...variants].map((variant) => ({
    ...{ variant, reference },
    rows: names.map((target) => rowOf(outcome, target, variant)).filter((row) => row.figures.size > 0),
    ratios: variant.startsWith('saturated') ? ratiosOf(outcome, variant, reference) : new Map(),
  }))
}

function rowOf(outcome: Outcome, target: TargetName, variant: string): Row {
  const measured = measurementsOf(outcome, target, variant)
  const spreads = figureNames.flatMap((name) => {
    const values = measured.flatMap((each) => each[name] ?? [])
    return values.length === 0 ? [] : [[name, spreadOf(values)] as const]
  })
  return { target, figures: new Map(spreads) }
}

function ratiosOf(outcome: Outcome, variant: string, reference: TargetName): Map<TargetName, Spread> {
  const rates = (name: TargetName) => measurementsOf(outcome, name, variant).flatMap((each) => each.messagesPerSecond ?? [])
  const references = rates(reference)
  const ratios = [...outcome.rounds.keys()]
    .filter((name) => name !== reference)
    .flatMap((name) => {
      const values = rates(name).flatMap((rate, round) => (references[round] === undefined ? [] : rate / references[round]))
      return values.length === 0 ? [] : [[name, spreadOf(values)] as const]
    })
  return new Map(ratios)
}
