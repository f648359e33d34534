import { expect, test } from 'vitest'
import type { Viewer } from '../../core/call.ts'
import { createLog } from '../../core/log.ts'
import { MemoryBus } from '../../platform/bus/memory.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
import { Attendances } from './attendance.ts'

const viewerOf = (userId: string): Viewer => ({ userId, sessionId: `session of ${userId}`, role: 'user' })

/** `asked` is who was thought to watch somebody, each time that somebody came. */
function book() {
  const asked: (readonly string[])[] = []
  const attendances = new Attendances(
    {
      live: {
        toUsers() {},
        allToUsers() {},
        toSessions() {},
        isHere: () => false,
        userIds: () => [],
        sessionIds: () => [],
        endSessions() {},
      },
      ...{ bus: new MemoryBus(), cluster: new SingleCluster(), clock: { now: () => Date.now() } },
      log: createLog({ level: 'silent', pretty: false }),
      rosterOf: async () => null,
      partnersOf: async () => [],
      findPublic: async () => new Map(),
      findFor: async () => new Map(),
      sightOf: async (_userId, viewerIds) => {
        asked.push(viewerIds)
        return new Map()
      },
      seen: async () => undefined,
    },
    () => undefined,
  )
  return { attendances, asked }
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve))

test('who asks for somebody while their last socket closes watches nobody', async () => {
  const { attendances, asked } = book()
  const [asha, carla] = [viewerOf('asha'), viewerOf('carla')]
  for (const viewer of [asha, carla]) attendances.arrived(viewer, `socket of ${viewer.userId}`)
  attendances.left(asha, 'socket of asha')
  for (const viewer of [asha, carla]) attendances.watch(viewer, ['ben'])
  await turnOfTheLoop()
  asked.length = 0
  attendances.arrived(viewerOf('ben'), 'socket of ben')
  await turnOfTheLoop()
  expect(asked).toEqual([['carla']])
  attendances.stop()
})
