/** The door of presence: who is there and who is writing, known from sockets and kept in memory alone. */
import type { PublicUser } from '@parley/protocol/users'
import type { Binding } from '../../core/call.ts'
import type { Attendance } from '../../core/live.ts'
import { Attendances } from './attendance.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { presenceHandlers } from './presence.handlers.ts'
import { createTyping } from './typing.ts'

export interface Presence {
  readonly bindings: Binding[]
  readonly attendance: Attendance
  statusOf(userId: string): PublicUser['status']
  /** Tells those who watch somebody, or these of them, what they may see of that person now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  /** Hears of who is there and who is writing on other nodes; returns what ends that. */
  start(): Promise<() => Promise<void>>
  /** Forgets everybody; nobody is told, since whoever could be is leaving as well. */
  stop(): void
}

export function createPresence(deps: PresenceDeps): Presence {
  const typing = createTyping(deps)
  const attendance = new Attendances(deps, (userId) => typing.leave(userId))
  return {
    bindings: presenceHandlers(deps, attendance, typing),
    attendance,
    statusOf: (userId) => attendance.statusOf(userId),
    sightChanged: (userId, viewerIds) => attendance.sightChanged(userId, viewerIds),
    start: async () => {
      const stops = [await attendance.start(), await typing.listen()]
      return async () => {
        for (const stop of stops) await stop()
      }
    },
    stop: () => {
      attendance.stop()
      typing.stop()
    },
  }
}
