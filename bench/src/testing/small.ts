/** Workloads as tests run them: small and short. How fast anything is on a machine that runs tests says nothing, and isn't looked at. */
import { afterAll, beforeAll, expect } from 'vitest'
import type { Measurement } from '../load/measure.ts'
import { readOptions } from '../options.ts'
import { targets } from '../targets/all-targets.ts'
import { here } from '../targets/parley.ts'
import type { Target, TargetName } from '../targets/target.ts'
import { type WorkloadName, workloads } from '../workloads/all-workloads.ts'
import type { RoundResult, Workload } from '../workloads/workload.ts'

const { plan } = readOptions(['--seconds', '0.1', '--members', '8', '--scale', '0.001', '--competitors', 'socketio,ws'])

/** Why several servers can't run here; null where they can. */
export const withoutSeveral = targets['parley-cluster'].missing()

/**
 * These start their server anew, which the embedded database takes long for: they run on it only where there is no other.
 * W6 comes last: whoever registers after it has a password that takes long.
 */
export const restarting: readonly WorkloadName[] = ['w8', 'w6']

export function smallWorkload(name: WorkloadName): Workload {
  const [workload] = workloads[name](plan)
  if (workload === undefined) throw new Error(`there is no workload ${name}`)
  return workload
}

/** Has these targets run while the tests of a file do; `measured` measures one round of a workload on one of them. */
export function whileRunning(names: readonly TargetName[]) {
  const started = new Map<TargetName, Target>()
  beforeAll(async () => {
    await Promise.all(names.map(async (name) => started.set(name, await targets[name].start({ before: here, profile: null }))))
  })
  afterAll(async () => {
    await Promise.all([...started.values()].map((target) => target.stop()))
  })
  const running = (name: TargetName) => started.get(name) as Target
  const measured = async (name: WorkloadName, target: TargetName): Promise<RoundResult> => {
    const measure = await smallWorkload(name).prepare(running(target))
    const round = await measure()
    const figures = Object.values(round).flatMap((each: Measurement) => Object.values(each))
    expect(figures.length).toBeGreaterThan(0)
    expect(figures.filter((figure) => !Number.isFinite(figure))).toEqual([])
    return round
  }
  return { measured, running }
}
