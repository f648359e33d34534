import { expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { MemoryBus } from '../../platform/bus/memory.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
import { newPerson } from '../../testing/client.ts'
import { startServer } from '../../testing/server.ts'
import { OwnAgain } from './own-again.ts'
import { appendToOwn, type OwnEntry } from './user-log.queries.ts'

test('what others append is found for a while after the bus is back here, as they may find back later (D3)', async () => {
  const server = await startServer()
  const { database } = server.app
  const { id: userId } = await newPerson(server.url)
  const told: OwnEntry[] = []
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
  const stop = new OwnAgain({
    ...{ database, bus: Object.assign(new MemoryBus(), { onState }), cluster: new SingleCluster() },
    live: { toUsers() {}, toSessions() {}, isHere: () => true, userIds, sessionIds: () => [], endSessions() {} },
    log: createLog({ level: 'silent', pretty: false }),
    tell: async (entries) => void told.push(...entries),
  }).start()
  try {
    changed('up')
    await expect.poll(() => looks, { interval: 10, timeout: 5000 }).toBeGreaterThan(0)
    const appended = await database.transaction((tx) => appendToOwn(tx, [{ userId, kind: 'settings', targetId: userId }]))
    await expect.poll(() => told, { interval: 10, timeout: 5000 }).toEqual(appended)
  } finally {
    stop()
    await server.stop()
  }
})
