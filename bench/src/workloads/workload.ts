/** What the bench does to servers. Each workload is a file of its own. */
import type { Measurement } from '../load/measure.ts'
import type { CompetitorName, ParleyName, Target, TargetName } from '../targets/target.ts'

/** What was measured in one round, by what was different about it: `saturated`, `100/s`. */
export type RoundResult = Readonly<Record<string, Measurement>>

export interface Workload {
  /** Of its files. */
  readonly id: string
  readonly title: string
  /** What grows from each measurement of a round to the next, where that is what they differ by: `members`. */
  readonly steps?: string
  /** What is put to it, in turns. */
  readonly targets: readonly TargetName[]
  /** Makes people and chats on a target that has just started; what comes back measures once whenever it is called. */
  prepare(target: Target): Promise<() => Promise<RoundResult>>
}

/** What the user of the bench decides. */
export interface Plan {
  /** How long each measurement lasts. */
  readonly seconds: number
  /** The sizes of the chats of W1. */
  readonly members: readonly number[]
  readonly competitors: readonly CompetitorName[]
  readonly database: 'embedded' | 'postgres'
  /** Which part of their people and chats the other workloads are run with; 1 is what they are meant for. */
  readonly scale: number
  /** Another checkout, whose server is measured beside this one; null for none. */
  readonly before: string | null
}

export const scaled = ({ scale }: Plan, count: number, least: number): number => Math.max(least, Math.round(count * scale))
/** Parley, and where the user asked for it, the one of another checkout beside it. */
export const parleysOf = ({ database, before }: Plan, setup: ParleyName = `parley-${database}`): TargetName[] =>
  before === null ? [setup] : [setup, `${setup}-before`]
/** Of a measurement at one step of growth: `5,000 members`, `1 server`. */
export const stepOf = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? what.replace(/s$/, '') : what}`
/** Before anything is measured: compilers and caches are warm. */
export const warmUp = ({ seconds }: Plan) => Math.min(1, seconds / 4)
