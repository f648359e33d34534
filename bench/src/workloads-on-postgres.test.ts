/** What needs PostgreSQL, and Redis for several servers. */
import { describe, expect, test } from 'vitest'
import type { TargetName } from './targets/target.ts'
import { withoutSeveral as missing, restarting, smallWorkload, whileRunning } from './testing/small.ts'

/** A server of another checkout is started as any other is: here its checkout is this one. */
const here: TargetName[] = ['parley-postgres', 'parley-cluster-before', 'socketio']

if (missing !== null && process.env.CI === 'true') throw new Error(`unable to test on PostgreSQL and Redis; ${missing}`)

describe.skipIf(missing !== null)(`on PostgreSQL${missing === null ? '' : ` (left out: ${missing})`}`, () => {
  const measured = whileRunning(here)

  test('w4 reads pages of a long history and of a short one', async () => {
    const round = await measured('w4', 'parley-postgres')
    expect(Object.keys(round)).toEqual(['1,000 messages', '10,000 messages'])
  })

  test.each([
    ['growth-members', 'parley-postgres', ['10 members', '100 members']],
    ['growth-members', 'socketio', ['10 members', '100 members']],
    ['growth-chats', 'parley-postgres', ['1 chat', '10 chats']],
    ['growth-servers', 'parley-cluster-before', ['1 server', '2 servers']],
  ] as const)('%s measures each step, and nothing is lost, doubled or unstored: %s', async (workload, target, steps) => {
    expect(Object.keys(await measured(workload, target))).toEqual(steps)
  })

  test('w10: two nodes pass on what one does', async () => {
    expect(smallWorkload('w10').targets).toEqual(['parley-postgres', 'parley-cluster'])
    for (const target of ['parley-postgres', 'parley-cluster-before'] as const) {
      const { saturated } = await measured('w10', target)
      expect(saturated?.messagesPerSecond).toBeGreaterThan(0)
    }
  })

  test.each(restarting)('%s runs to its end, and nothing is lost, doubled or unstored', async (workload) => {
    await measured(workload, 'parley-postgres')
  })
})
