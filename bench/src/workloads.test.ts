/** Every workload, small and short. How fast anything is on a machine that runs tests says nothing, and isn't looked at. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { tableOf } from './report/table.ts'
import { run } from './run.ts'
import { targets } from './targets/all-targets.ts'
import type { Target, TargetName } from './targets/target.ts'
import { type WorkloadName, workloads } from './workloads/all-workloads.ts'

const { plan } = readOptions(['--seconds', '0.2', '--members', '8', '--scale', '0.001', '--competitors', 'socketio,ws'])
const here: TargetName[] = ['parley-embedded', 'socketio', 'ws']
const sending: WorkloadName[] = ['w1', 'w2']
const ofParley: WorkloadName[] = ['w1-marks', 'w5', 'w6', 'w8']
const started = new Map<TargetName, Target>()

beforeAll(async () => {
  await Promise.all(here.map(async (name) => started.set(name, await targets[name].start())))
})
afterAll(async () => {
  await Promise.all([...started.values()].map((target) => target.stop()))
})

async function measured(name: WorkloadName, target: TargetName) {
  const [workload] = workloads[name](plan)
  const measure = await workload?.prepare(started.get(target) as Target)
  const measurements = Object.values((await measure?.()) ?? {})
  const figures = measurements.flatMap((each) => Object.values(each))
  expect(figures.length).toBeGreaterThan(0)
  expect(figures.filter((figure) => !Number.isFinite(figure))).toEqual([])
  return measurements
}

describe.each(sending)('%s', (workload) => {
  test.each(here)('every message reaches every recipient once and is stored as often as it is confirmed: %s', async (target) => {
    for (const { messagesPerSecond } of await measured(workload, target)) expect(messagesPerSecond).toBeGreaterThan(0)
  })
})

test.each(here)('w3 tells the memory of a connection: %s', async (target) => {
  for (const { memoryPerConnection } of await measured('w3', target)) expect(memoryPerConnection).toBeDefined()
})

test.each(ofParley)('%s runs to its end, and nothing is lost, doubled or unstored', async (workload) => {
  await measured(workload, 'parley-embedded')
})

const missing = targets['parley-cluster'].missing()
if (missing !== null && process.env.CI === 'true') throw new Error(`unable to test two nodes; ${missing}`)

test.skipIf(missing !== null)(`w10: two nodes pass on what one does${missing === null ? '' : ` (left out: ${missing})`}`, async () => {
  const [workload] = workloads.w10(plan)
  if (workload === undefined) throw new Error('there is no such workload')
  const outcome = await run(workload, { rounds: 1, say: () => undefined })
  expect([...outcome.rounds.keys()]).toEqual(['parley-postgres', 'parley-cluster'])
  expect(tableOf(outcome)).toMatch(/messages\/s +\d+ +\d+/)
})
