/** What needs PostgreSQL, and Redis for several servers. */
import { describe, expect, test } from 'vitest'
import { asParley } from './targets/parley.ts'
import type { TargetName } from './targets/target.ts'
import { withoutSeveral as missing, restarting, smallWorkload, whileRunning } from './testing/small.ts'

/** A server of another checkout is started as any other is: here its checkout is this one. */
const here: TargetName[] = ['parley-postgres', 'parley-cluster-before', 'socketio']

if (missing !== null && process.env.CI === 'true') throw new Error(`unable to test on PostgreSQL and Redis; ${missing}`)

describe.skipIf(missing !== null)(`on PostgreSQL${missing === null ? '' : ` (left out: ${missing})`}`, () => {
  const { measured, running } = whileRunning(here)
  const sql = (target: TargetName, statement: string) => asParley(running(target)).sql(statement)

  test('w4 reads pages of a long history and of a short one', async () => {
    const round = await measured('w4', 'parley-postgres')
    expect(Object.keys(round)).toEqual(['1,000 messages', '10,000 messages'])
  })

  test.each(['parley-postgres', 'socketio'] as const)('growth-members measures chats of each size: %s', async (target) => {
    expect(Object.keys(await measured('growth-members', target))).toEqual(['10 members', '100 members'])
  })

  test('growth-chats spreads the messages over as many chats', async () => {
    const used = 'select count(distinct chat_id) from messages'
    const before = Number(await sql('parley-postgres', used))
    expect(Object.keys(await measured('growth-chats', 'parley-postgres'))).toEqual(['1 chat', '10 chats'])
    expect(Number(await sql('parley-postgres', used)) - before).toBe(10)
  })

  test('growth-servers measures with one server, and then with a second that was not there before', async () => {
    const servers = async () => (await sql('parley-cluster-before', 'select id from nodes where lease_until > now()')).split('\n')
    const before = await servers()
    expect(Object.keys(await measured('growth-servers', 'parley-cluster-before'))).toEqual(['1 server', '2 servers'])
    const after = await servers()
    expect([before.length, after.length]).toEqual([2, 2])
    expect(after.filter((id) => !before.includes(id))).toHaveLength(1)
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
