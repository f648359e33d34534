import type { PublicUser } from '@parley/protocol/users'
import type { Viewer } from '../../core/call.ts'
import type { Attendance } from '../../core/live.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { createTeller } from './tell-presence.ts'
import { Watches } from './watches.ts'

export interface AttendanceBook extends Attendance {
  statusOf(userId: string): PublicUser['status']
  /** From now on the session hears of these people's coming and going, and of nobody else's. */
  watch(viewer: Viewer, userIds: readonly string[]): void
  /** The session was answered that these people are there. */
  shown(viewer: Viewer, userIds: readonly string[]): void
  /** Tells those who watch somebody, or these of them, what they may see of that person now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  stop(): void
}

/** Somebody whose last socket closed counts as there for this long, in milliseconds: a reload is no absence (S3). */
const graceMs = 5_000

/** Who is there. `gone` hears of everybody whose last socket closed, at once. */
export function createAttendance(deps: PresenceDeps, gone: (userId: string) => void): AttendanceBook {
  const sockets = new Map<string, Map<string, string>>()
  const leaving = new Map<string, NodeJS.Timeout>()
  const watches = new Watches()
  const teller = createTeller(deps, watches)
  const depart = (userId: string) => {
    leaving.delete(userId)
    const at = new Date(deps.clock.now())
    void teller.changed({ userId, status: 'offline', lastSeen: at.toISOString() })
    deps.seen(userId, at).catch((error: unknown) => deps.log.warn({ err: error }, 'unable to remember when somebody was last there'))
  }

  return {
    statusOf: (userId) => (sockets.has(userId) || leaving.has(userId) ? 'online' : 'offline'),
    watch: (viewer, userIds) => watches.set(viewer, userIds),
    shown: ({ sessionId }, userIds) => {
      for (const userId of userIds) {
        const watcher = watches.of(userId).get(sessionId)
        if (watcher !== undefined) watcher.sawOnline = true
      }
    },
    sightChanged: teller.sightChanged,

    arrived({ userId, sessionId }: Viewer, socketId) {
      const own = sockets.get(userId)
      if (own !== undefined) {
        own.set(socketId, sessionId)
        return
      }
      sockets.set(userId, new Map([[socketId, sessionId]]))
      const timer = leaving.get(userId)
      clearTimeout(timer)
      leaving.delete(userId)
      if (timer === undefined) void teller.changed({ userId, status: 'online', lastSeen: null })
    },

    left(viewer: Viewer, socketId) {
      const { userId, sessionId } = viewer
      const own = sockets.get(userId)
      own?.delete(socketId)
      if (![...(own?.values() ?? [])].includes(sessionId)) watches.set(viewer, [])
      if (own === undefined || own.size > 0) return
      sockets.delete(userId)
      gone(userId)
      leaving.set(
        userId,
        setTimeout(() => depart(userId), graceMs),
      )
    },

    stop() {
      teller.stop()
      for (const timer of leaving.values()) clearTimeout(timer)
      leaving.clear()
    },
  }
}
