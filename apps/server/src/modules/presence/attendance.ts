import { userStatusChanged } from '@parley/protocol/presence'
import type { PublicUser } from '@parley/protocol/users'
import type { Viewer } from '../../core/call.ts'
import type { Attendance } from '../../core/live.ts'
import type { PresenceDeps } from './presence.deps.ts'

export interface AttendanceBook extends Attendance {
  statusOf(userId: string): PublicUser['status']
  /** From now on the session hears of these people's coming and going, and of nobody else's. */
  watch(sessionId: string, userIds: readonly string[]): void
  stop(): void
}

/** Somebody whose last socket closed counts as there for this long, in milliseconds: a reload is no absence (S3). */
const graceMs = 5_000

/** Two-way lists of who watches whom. */
class Watches {
  readonly #watchers = new Map<string, Set<string>>()
  readonly #watched = new Map<string, readonly string[]>()

  set(sessionId: string, userIds: readonly string[]): void {
    for (const userId of this.#watched.get(sessionId) ?? []) {
      const watchers = this.#watchers.get(userId)
      watchers?.delete(sessionId)
      if (watchers?.size === 0) this.#watchers.delete(userId)
    }
    this.#watched.delete(sessionId)
    if (userIds.length === 0) return
    this.#watched.set(sessionId, userIds)
    for (const userId of userIds) {
      const watchers = this.#watchers.get(userId) ?? new Set()
      this.#watchers.set(userId, watchers.add(sessionId))
    }
  }

  of(userId: string): Iterable<string> {
    return this.#watchers.get(userId) ?? []
  }
}

/** Who is there. `gone` hears of everybody whose last socket closed, at once. */
export function createAttendance(deps: PresenceDeps, gone: (userId: string) => void): AttendanceBook {
  const sockets = new Map<string, Map<string, string>>()
  const leaving = new Map<string, NodeJS.Timeout>()
  const watches = new Watches()

  const tell = (userId: string, status: PublicUser['status'], lastSeen: Date | null) => {
    const payload = { userId, status, customStatus: null, lastSeen: lastSeen?.toISOString() ?? null }
    deps.live.toSessions(watches.of(userId), userStatusChanged, payload)
  }
  const depart = (userId: string) => {
    leaving.delete(userId)
    const at = new Date(deps.clock.now())
    tell(userId, 'offline', at)
    deps.seen(userId, at).catch((error: unknown) => deps.log.warn({ err: error }, 'unable to remember when somebody was last there'))
  }

  return {
    statusOf: (userId) => (sockets.has(userId) || leaving.has(userId) ? 'online' : 'offline'),
    watch: (sessionId, userIds) => watches.set(sessionId, userIds),

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
      if (timer === undefined) tell(userId, 'online', null)
    },

    left({ userId, sessionId }: Viewer, socketId) {
      const own = sockets.get(userId)
      own?.delete(socketId)
      if (![...(own?.values() ?? [])].includes(sessionId)) watches.set(sessionId, [])
      if (own === undefined || own.size > 0) return
      sockets.delete(userId)
      gone(userId)
      leaving.set(
        userId,
        setTimeout(() => depart(userId), graceMs),
      )
    },

    stop() {
      for (const timer of leaving.values()) clearTimeout(timer)
      leaving.clear()
    },
  }
}
