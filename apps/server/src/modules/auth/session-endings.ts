import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Database } from '../../platform/database/database.ts'
import { revokeSessions } from './auth.queries.ts'
import type { SessionCache } from './session-cache.ts'

export interface SessionEndings {
  /** Revokes and disconnects; resolves to how many there were. */
  end(which: { readonly userId: string; readonly only?: string; readonly except?: string }): Promise<number>
  /** The rest of `end`, after a transaction that revoked them itself. */
  ended(sessionIds: readonly string[]): void
  /** Listens to the other processes; returns what stops that. */
  listen(): Promise<() => Promise<void>>
}

interface Deps {
  readonly database: Database
  readonly bus: Bus
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  readonly cache: SessionCache
}

const topic = 'sessions.revoked'
const Revoked = z.object({ sessionIds: z.array(z.string()) })

/** How sessions end everywhere at once. */
export function createSessionEndings({ database, bus, live, clock, log, cache }: Deps): SessionEndings {
  function forget(sessionIds: readonly string[]): void {
    for (const id of sessionIds) cache.drop(id)
    live.endSessions(sessionIds)
  }

  /** The database knows already; this process comes next and the others last, so that nobody can believe a session again. */
  function ended(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return
    forget(sessionIds)
    bus.publish(topic, { sessionIds }).catch((error: unknown) => {
      log.warn({ err: error }, 'unable to tell the other processes of ended sessions; they notice within 30 s')
    })
  }

  return {
    ended,

    async end(which) {
      const sessionIds = await database.transaction((tx) => revokeSessions(tx, which, new Date(clock.now())))
      ended(sessionIds)
      return sessionIds.length
    },

    listen: () =>
      bus.subscribe(topic, (message) => {
        const revoked = Revoked.safeParse(message)
        if (revoked.success) forget(revoked.data.sessionIds)
        else log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
      }),
  }
}
