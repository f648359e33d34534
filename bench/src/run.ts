/** Puts targets to a workload in turns, so that what a machine does besides hits them all. */
import type { Measurement } from './load/measure.ts'
import { type Launch, targets } from './targets/all-targets.ts'
import type { Target, TargetName } from './targets/target.ts'
import type { RoundResult, Workload } from './workloads/workload.ts'

/** What a workload came to: every round of every target that could run here. */
export interface Outcome {
  readonly workload: Pick<Workload, 'id' | 'title' | 'steps'>
  readonly rounds: ReadonlyMap<TargetName, readonly RoundResult[]>
  /** Who could not run, and why. */
  readonly leftOut: ReadonlyMap<TargetName, string>
}

export interface RunOptions extends Partial<Launch> {
  readonly rounds: number
  readonly say: (line: string) => void
  /** Ends the run in the middle of whatever it does, with everything tidied up. */
  readonly signal?: AbortSignal
}

/** @throws Error where a target doesn't start, a measurement doesn't count, or the signal says so */
export async function run(workload: Workload, { rounds, say, before = null, profile = null, signal }: RunOptions): Promise<Outcome> {
  const missing = workload.targets.map((name) => [name, targets[name].missing()] as const)
  const leftOut = new Map(missing.flatMap(([name, reason]) => (reason === null ? [] : [[name, reason] as const])))
  for (const [name, reason] of leftOut) say(`${workload.title}: ${name} is left out; ${reason}`)
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => undefined)
  signal?.addEventListener('abort', () => aborted.reject(new Error('interrupted')))
  const unlessAborted = <T>(work: Promise<T>) => Promise.race([work, aborted.promise])
  const running: Target[] = []
  try {
    running.push(
      ...(await startAll(
        workload.targets.filter((name) => !leftOut.has(name)),
        { before, profile },
      )),
    )
    const measures = new Map<TargetName, () => Promise<RoundResult>>()
    for (const target of running) {
      say(`${workload.title}: people and chats of ${target.name}`)
      measures.set(target.name, await unlessAborted(workload.prepare(target)))
    }
    const results = new Map<TargetName, RoundResult[]>()
    for (let round = 1; round <= rounds; round++) {
      for (const [name, measure] of measures) {
        say(`${workload.title}: round ${round} of ${rounds}, ${name}`)
        results.set(name, [...(results.get(name) ?? []), await unlessAborted(measure())])
      }
    }
    const { id, title, steps } = workload
    return { workload: { id, title, ...(steps !== undefined && { steps }) }, rounds: results, leftOut }
  } finally {
    await Promise.all(running.map((target) => target.stop()))
  }
}

/** All of them, or, where one doesn't start, none. */
async function startAll(names: readonly TargetName[], launch: Launch): Promise<Target[]> {
  const starts = await Promise.allSettled(names.map((name) => targets[name].start(launch)))
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed === undefined) return running
  await Promise.all(running.map((target) => target.stop()))
  throw failed.reason
}

/** What a target measured in each round under one heading of the workload. */
export function measurementsOf(outcome: Outcome, target: TargetName, variant: string): Measurement[] {
  return (outcome.rounds.get(target) ?? []).flatMap((round) => round[variant] ?? [])
}
