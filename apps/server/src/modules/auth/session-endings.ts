import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Database } from '../../platform/database/database.ts'
import { findEnded, revokeSessions } from './auth.queries.ts'
import type { SessionCache } from './session-cache.ts'

export interface SessionEndings {
  /** Revokes and disconnects, on every node before it resolves (P2); to how many there were. */
  end(which: { readonly userId: string; readonly only?: string; readonly except?: string }): Promise<number>
  /** The rest of `end`, after a transaction that revoked them itself. */
  ended(sessionIds: readonly string[]): Promise<void>
  /** Disconnects the sockets of sessions that ran out by themselves, or were ended by a process that died before it said so. */
  sweep(): Promise<void>
}

interface Deps {
  readonly database: Database
  readonly cluster: Cluster
  readonly live: Live
  readonly clock: Clock
  readonly cache: SessionCache
}

const topic = 'sessions'
const Ended = z.object({ sessionIds: z.array(z.string()) })

/** How sessions end everywhere before anybody is told that they have. */
export function createSessionEndings({ database, cluster, live, clock, cache }: Deps): SessionEndings {
  const now = () => new Date(clock.now())

  const sweep = async () => live.endSessions(await findEnded(database.query, live.sessionIds(), now()))

  cluster.on(topic, (message) => {
    const { sessionIds } = Ended.parse(message)
    for (const id of sessionIds) cache.drop(id)
    live.endSessions(sessionIds)
  })
  // Nobody waited for this process while it had no lease.
  cluster.beforeRegaining(() => {
    cache.dropAll()
    return sweep()
  })

  const ended = async (sessionIds: readonly string[]) => {
    if (sessionIds.length > 0) await cluster.everywhere(topic, { sessionIds })
  }

  return {
    ended,
    sweep,

    async end(which) {
      const sessionIds = await database.transaction((tx) => revokeSessions(tx, which, now()))
      await ended(sessionIds)
      return sessionIds.length
    },
  }
}
