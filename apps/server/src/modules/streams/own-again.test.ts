import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { MemoryBus } from '../../platform/bus/memory.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
import { newPerson } from '../../testing/client.ts'
import { startServer } from '../../testing/server.ts'
import { OwnAgain } from './own-again.ts'
import { appendToOwn, type OwnEntry } from './user-log.queries.ts'

/** Looks into the streams of one person who is here; `tell` may fail. */
async function newOwnAgain(tell: (entries: readonly OwnEntry[]) => Promise<void>) {
  const server = await startServer()
  const { database } = server.app
  const { id: userId } = await newPerson(server.url)
  let looks = 0
  let changed: (state: 'up') => void = () => undefined
  const onState = (listener: typeof changed) => {
    changed = listener
    return () => undefined
  }
  const userIds = () => {
    looks++
    return [userId]
  }
  const again = new OwnAgain({
    ...{ database, bus: Object.assign(new MemoryBus(), { onState }), cluster: new SingleCluster() },
    live: { toUsers() {}, allToUsers() {}, toSessions() {}, isHere: () => true, userIds, sessionIds: () => [], endSessions() {} },
    log: createLog({ level: 'silent', pretty: false }),
    tell,
  })
  const stop = again.start()
  onTestFinished(async () => {
    stop()
    await server.stop()
  })
  return {
    again,
    busChanged: () => changed('up'),
    looks: () => looks,
    append: () => database.transaction((tx) => appendToOwn(tx, [{ userId, kind: 'settings', targetId: userId }])),
  }
}

const patience = { interval: 10, timeout: 15_000 }

test('what others append is found for a while after the bus is back here, as they may find back later (D3)', async () => {
  const told: OwnEntry[] = []
  const { busChanged, looks, append } = await newOwnAgain(async (entries) => void told.push(...entries))
  busChanged()
  await expect.poll(looks, patience).toBeGreaterThan(0)
  const appended = await append()
  await expect.poll(() => told, patience).toEqual(appended)
})

test('what could not be told is told again, also where there is no other server (C2)', async () => {
  const told: OwnEntry[] = []
  let fails = 2
  const { again, append } = await newOwnAgain(async (entries) => {
    if (entries.length > 0 && fails-- > 0) throw new Error('the database is away')
    told.push(...entries)
  })
  const appended = await append()
  again.doubt()
  await expect.poll(() => told, patience).toEqual(appended)
})
