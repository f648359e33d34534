import type { PublicUser } from '@parley/protocol/users'
import { z } from 'zod'
import type { Viewer } from '../../core/call.ts'
import type { Attendance } from '../../core/live.ts'
import { Elsewhere } from './elsewhere.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { createTeller } from './tell-presence.ts'
import { Watches } from './watches.ts'

export interface AttendanceBook extends Attendance {
  statusOf(userId: string): PublicUser['status']
  /** From now on the session hears of these people's coming and going, and of nobody else's. */
  watch(viewer: Viewer, userIds: readonly string[]): void
  /** The session was answered that these people are there. */
  shown(viewer: Viewer, userIds: readonly string[]): void
  /** Tells those who watch somebody on any node, or these of them, what they may see of that person now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  /** Hears of who is on other nodes; returns what ends that. */
  start(): Promise<() => Promise<void>>
  stop(): void
}

/** Somebody whose last socket closed counts as there for this long, in milliseconds: a reload is no absence (S3). */
const graceMs = 5_000

const sights = 'sights'
const SightChanged = z.object({ userId: z.string(), viewerIds: z.array(z.string()).optional() })

/** Who is there, on this node or another. `gone` hears of everybody whose last socket here closed, at once. */
export function createAttendance(deps: PresenceDeps, gone: (userId: string) => void): AttendanceBook {
  const { cluster, clock, log } = deps
  const sockets = new Map<string, Map<string, string>>()
  const leaving = new Map<string, NodeJS.Timeout>()
  const watches = new Watches()
  const teller = createTeller(deps, watches)

  const isThere = (userId: string) => sockets.has(userId) || leaving.has(userId) || elsewhere.has(userId)
  const tellIfGone = (userId: string) => {
    if (!isThere(userId)) void teller.changed({ userId, status: 'offline', lastSeen: new Date(clock.now()).toISOString() })
  }
  const remember = (userId: string) => {
    const kept = deps.seen(userId, new Date(clock.now()))
    kept.catch((error: unknown) => log.warn({ err: error }, 'unable to remember when somebody was last there'))
  }
  const afterGrace = (userId: string, depart: () => void) => {
    const timer = setTimeout(() => {
      leaving.delete(userId)
      depart()
      tellIfGone(userId)
    }, graceMs)
    leaving.set(userId, timer)
  }

  const elsewhere = new Elsewhere({
    ...deps,
    came: (userIds) => {
      for (const userId of userIds) {
        if (!sockets.has(userId) && !leaving.has(userId)) void teller.changed({ userId, status: 'online', lastSeen: null })
      }
    },
    left: (userIds) => userIds.forEach(tellIfGone),
    lost: (userIds, nodeIsGone) => {
      // A node that died remembered nothing of its people; one of the others does it in its place.
      const heir = nodeIsGone && cluster.liveNodes()[0] === cluster.nodeId
      for (const userId of userIds.filter((each) => !isThere(each))) afterGrace(userId, () => heir && !isThere(userId) && remember(userId))
    },
  })
  cluster.on(sights, (message) => {
    const { userId, viewerIds } = SightChanged.parse(message)
    return teller.sightChanged(userId, viewerIds)
  })
  cluster.onRegained(teller.catchUp)

  return {
    statusOf: (userId) => (isThere(userId) ? 'online' : 'offline'),
    start: () => elsewhere.start(),
    watch: (viewer, userIds) => watches.set(viewer, userIds),
    shown: ({ sessionId }, userIds) => {
      for (const userId of userIds) {
        const watcher = watches.of(userId).get(sessionId)
        if (watcher !== undefined) watcher.sawOnline = true
      }
    },
    sightChanged: (userId, viewerIds) => cluster.everywhere(sights, { userId, viewerIds }),

    arrived({ userId, sessionId }: Viewer, socketId) {
      const own = sockets.get(userId)
      if (own !== undefined) {
        own.set(socketId, sessionId)
        return
      }
      const wasThere = isThere(userId)
      sockets.set(userId, new Map([[socketId, sessionId]]))
      clearTimeout(leaving.get(userId))
      leaving.delete(userId)
      elsewhere.come(userId)
      if (!wasThere) void teller.changed({ userId, status: 'online', lastSeen: null })
    },

    left(viewer: Viewer, socketId) {
      const { userId, sessionId } = viewer
      const own = sockets.get(userId)
      own?.delete(socketId)
      if (![...(own?.values() ?? [])].includes(sessionId)) watches.set(viewer, [])
      if (own === undefined || own.size > 0) return
      sockets.delete(userId)
      gone(userId)
      afterGrace(userId, () => {
        elsewhere.leave(userId)
        remember(userId)
      })
    },

    stop() {
      teller.stop()
      for (const timer of leaving.values()) clearTimeout(timer)
      leaving.clear()
    },
  }
}
