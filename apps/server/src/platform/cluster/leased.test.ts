import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { MemoryBus, MemoryHub } from '../bus/memory.ts'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openPostgres } from '../database/postgres.ts'
import { clusterSuite } from './cluster.suite.ts'
import { LeasedCluster } from './leased.ts'
import { deleteLeftovers } from './leases.ts'

const log = createLog({ level: 'silent', pretty: false })

describePostgres('processes with leases in PostgreSQL', () => {
  let url: string
  let own: Database
  const opened: Database[] = []
  const started: LeasedCluster[] = []

  const open = () => {
    const database = openPostgres({ url, log })
    opened.push(database)
    return database
  }
  beforeEach(async () => {
    url = await createDatabase(postgresUrl())
    own = open()
    await migrate(own)
  })
  afterEach(async () => {
    for (const node of started.splice(0)) await node.close()
    for (const database of opened.splice(0)) await database.close()
  })

  const away = async () => {
    const bus = new MemoryBus()
    await bus.close()
    // It can be listened to, and says nothing.
    return Object.assign(bus, { subscribe: async () => async () => undefined })
  }
  const form = async (count: number, bus: () => MemoryBus | Promise<MemoryBus>) =>
    await Promise.all(Array.from({ length: count }, async () => new LeasedCluster({ database: open(), bus: await bus(), log })))
  const start = async (nodes: LeasedCluster[]) => {
    started.push(...nodes)
    for (const node of nodes) await node.start()
    return nodes as [LeasedCluster, LeasedCluster, LeasedCluster]
  }

  for (const count of [2, 3]) {
    clusterSuite(`${count} processes`, async () => {
      const hub = new MemoryHub()
      return (await form(count, () => new MemoryBus(hub))) as [LeasedCluster]
    })
    clusterSuite(`${count} processes without a bus (D3)`, async () => (await form(count, away)) as [LeasedCluster])
  }

  const toldOf = (node: LeasedCluster, topic: string) => {
    const told: unknown[] = []
    node.on(topic, (message) => void told.push(message))
    return told
  }

  test('processes learn of each other, and of those that leave', async () => {
    const hub = new MemoryHub()
    const [one, two] = (await form(2, () => new MemoryBus(hub))) as [LeasedCluster, LeasedCluster]
    const came = new Promise((resolve) => one.onNodeCame(resolve))
    const gone = new Promise((resolve) => one.onNodeGone(resolve))
    await start([one, two])
    expect(await came).toBe(two.nodeId)
    expect(one.liveNodes()).toEqual([one.nodeId, two.nodeId].sort())
    await two.close()
    expect(await gone).toBe(two.nodeId)
    expect(one.liveNodes()).toEqual([one.nodeId])
  })

  test('a process that died holds an announcement up for as long as its lease, and is gone then (P2)', async () => {
    const [one] = await start(await form(1, away))
    const gone = new Promise((resolve) => one.onNodeGone(resolve))
    const dead = randomUUID()
    const before = performance.now()
    await sql`insert into nodes (id, lease_until) values (${dead}, now() + interval '2 seconds')`.execute(own.query)
    await one.everywhere('members', {})
    expect(performance.now() - before).toBeGreaterThan(1900)
    expect(performance.now() - before).toBeLessThan(4000)
    expect(await gone).toBe(dead)
  })

  /** Nothing can be written to the row of its lease until the returned function is called. */
  const holdLease = async (nodeId: string) => {
    const [held, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = own.transaction(async (tx) => {
      await tx.selectFrom('nodes').selectAll().where('id', '=', nodeId).forUpdate().execute()
      held.resolve()
      await over.promise
    })
    await held.promise
    return async () => {
      over.resolve()
      await holding
    }
  }

  test('a process that can’t renew its lease stops writing before others go on, and has dropped what it knew before it writes again (P2)', async () => {
    const hub = new MemoryHub()
    const [one, two] = (await form(2, () => new MemoryBus(hub))) as [LeasedCluster, LeasedCluster]
    const order: string[] = []
    two.on('members', () => Promise.reject(new Error('too slow to confirm')))
    two.beforeRegaining(() => void order.push(`dropped, ${two.writable ? 'writable' : 'not writable'}`))
    two.onRegained(() => void order.push(`regained, ${two.writable ? 'writable' : 'not writable'}`))
    await start([one, two])
    order.length = 0
    const release = await holdLease(two.nodeId)
    await one.everywhere('members', {})
    expect(two.writable).toBe(false)
    await release()
    await expect.poll(() => two.writable, { interval: 10, timeout: 5000 }).toBe(true)
    expect(order).toEqual(['dropped, not writable', 'regained, writable'])
  })

  test('a process that wakes after a long sleep may not write before it has asked (P2)', async () => {
    let asleep = 0
    const node = new LeasedCluster({ database: open(), bus: new MemoryBus(), log, monotonic: () => performance.now() + asleep })
    let dropped = 0
    node.beforeRegaining(() => void dropped++)
    await start([node])
    expect(node.writable).toBe(true)
    asleep = 20_000
    expect(node.writable).toBe(false)
    await expect.poll(() => node.writable, { interval: 10, timeout: 5000 }).toBe(true)
    expect(dropped).toBe(2)
  })

  test('what prepares for having the lease again counts no longer once it was lost anew (P2)', async () => {
    const node = new LeasedCluster({ database: open(), bus: new MemoryBus(), log })
    const prepares: PromiseWithResolvers<void>[] = []
    let holds = false
    node.beforeRegaining(async () => {
      if (!holds) return
      const prepare = Promise.withResolvers<void>()
      prepares.push(prepare)
      await prepare.promise
    })
    await start([node])
    holds = true
    await sql`update nodes set lease_until = now() - interval '1 second'`.execute(own.query)
    await expect.poll(() => prepares.length, { interval: 10, timeout: 8000 }).toBe(2)
    holds = false
    const [first, second] = prepares as [PromiseWithResolvers<void>, PromiseWithResolvers<void>]
    first.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(node.writable).toBe(false)
    second.resolve()
    await expect.poll(() => node.writable, { interval: 10, timeout: 5000 }).toBe(true)
  }, 20_000)

  test('a process is not trusted before what it remembers could be dropped', async () => {
    const node = new LeasedCluster({ database: open(), bus: new MemoryBus(), log })
    let able = false
    node.beforeRegaining(() => {
      if (!able) throw new Error('unable to look')
    })
    started.push(node)
    await expect(node.start()).rejects.toThrow('unable to look')
    expect(node.writable).toBe(false)
    able = true
    await node.start()
    expect(node.writable).toBe(true)
  })

  test('what fails in another process is tried again until it is done', async () => {
    const [one, two] = (await form(2, away)) as [LeasedCluster, LeasedCluster]
    let tries = 0
    two.on('members', () => {
      if (++tries < 3) throw new Error('not now')
    })
    await start([one, two])
    await one.everywhere('members', {})
    expect(tries).toBe(3)
  })

  test('a process that starts later has nothing left to do of what was announced before', async () => {
    const hub = new MemoryHub()
    const [one, late] = (await form(2, () => new MemoryBus(hub))) as [LeasedCluster, LeasedCluster]
    const told = toldOf(late, 'members')
    await start([one])
    await one.everywhere('members', 'early')
    await expect.poll(async () => (await own.query.selectFrom('announcements').selectAll().execute()).length, { interval: 10 }).toBe(0)
    await start([late])
    await one.everywhere('members', 'later')
    expect(told).toEqual(['later'])
  })

  test('what dead processes left is removed', async () => {
    await sql`insert into nodes (id, lease_until) values (${randomUUID()}, now() - interval '2 minutes')`.execute(own.query)
    await sql`insert into announcements (id, topic, message, created_at) values (${randomUUID()}, 'members', '{}', now() - interval '2 minutes')`.execute(
      own.query,
    )
    const [one] = await start(await form(1, away))
    expect(await own.query.selectFrom('nodes').select('id').execute()).toEqual([{ id: one.nodeId }])
    expect(await own.query.selectFrom('announcements').select('id').execute()).toEqual([])
  })

  test('an announcement that was removed for its age keeps nobody busy', async () => {
    const [one] = await start(await form(1, away))
    await sql`insert into nodes (id, lease_until) values (${randomUUID()}, now() + interval '1 hour')`.execute(own.query)
    const announced = one.everywhere('members', {})
    const stored = async () => (await own.query.selectFrom('announcements').select('id').execute()).length
    await expect.poll(stored, { interval: 10 }).toBe(1)
    await sql`update announcements set created_at = now() - interval '2 minutes'`.execute(own.query)
    await deleteLeftovers(own.query)
    await announced
  })
})
