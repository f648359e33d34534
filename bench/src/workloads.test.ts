/** What runs on the embedded database, and on what it is compared with. */
import { describe, expect, test } from 'vitest'
import { tableOf } from './report/table.ts'
import { run } from './run.ts'
import type { TargetName } from './targets/target.ts'
import { restarting, smallWorkload, whileRunning, withoutSeveral } from './testing/small.ts'
import type { WorkloadName } from './workloads/all-workloads.ts'

const here: TargetName[] = ['parley-embedded', 'socketio', 'ws']
const sending: WorkloadName[] = ['w1', 'w2']
const ofParley: WorkloadName[] = ['w1-marks', 'w5', ...(withoutSeveral === null ? [] : restarting)]
const { measured } = whileRunning(here)

describe.each(sending)('%s', (workload) => {
  test.each(here)('every message reaches every recipient once and is stored as often as it is confirmed: %s', async (target) => {
    for (const { messagesPerSecond } of Object.values(await measured(workload, target))) expect(messagesPerSecond).toBeGreaterThan(0)
  })
})

test.each(here)('w3 tells the memory of a connection: %s', async (target) => {
  for (const { memoryPerConnection } of Object.values(await measured('w3', target))) expect(memoryPerConnection).toBeDefined()
})

test.each(ofParley)('%s runs to its end, and nothing is lost, doubled or unstored', async (workload) => {
  await measured(workload, 'parley-embedded')
})

test('a run starts its targets, measures them in turns and tells it in a table', async () => {
  const said: string[] = []
  const outcome = await run({ ...smallWorkload('w1'), targets: ['ws', 'socketio'] }, { rounds: 2, say: (line) => said.push(line) })
  expect([...outcome.rounds].map(([name, rounds]) => [name, rounds.length])).toEqual([
    ['ws', 2],
    ['socketio', 2],
  ])
  expect(said.flatMap((line) => line.match(/round \d of 2, \w+/) ?? [])).toEqual([
    'round 1 of 2, ws',
    'round 1 of 2, socketio',
    'round 2 of 2, ws',
    'round 2 of 2, socketio',
  ])
  expect(tableOf(outcome)).toMatch(/messages\/s +\d+.* +\d+/)
})
