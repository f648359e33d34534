/** The sessions that are in force: who holds them, how they begin, and how they end everywhere at once. */
import { z } from 'zod'
import type { RequestContext, Viewer } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import { newId } from '../../core/ids.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { deleteExpired, findEnded, findLiveSession, insertSession, revokeSessions, touchSession } from './auth.queries.ts'
import { createSessionCache } from './session-cache.ts'
import type { Tokens } from './tokens.ts'

export interface LiveSessionsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  readonly tokens: Tokens
  readonly lifetimeSeconds: number
}

export interface StartedSession {
  readonly sessionId: string
  readonly userId: string
  readonly generation: number
  readonly expiresAt: Date
}

export interface LiveSessions {
  /** Whom an access or session token speaks for, while its session is in force. */
  authenticate(token: string): Promise<Viewer | null>
  /** The same for a session whose token was checked earlier, as a socket's. */
  viewer(sessionId: string): Promise<Viewer | null>
  endOf(sessionId: string): Promise<Date | null>
  begin(tx: Tx, userId: string, request: RequestContext): Promise<StartedSession>
  /** When a session that begins or is prolonged now will end. */
  nextEnd(): Date
  /** After a change of the session's row that leaves it in force. */
  changed(sessionId: string): void
  /** Revokes and disconnects; resolves to how many there were. */
  end(which: { readonly userId: string; readonly only?: string; readonly except?: string }): Promise<number>
  /** The rest of `end`, after a transaction that revoked them itself. */
  ended(sessionIds: readonly string[]): void
  /** Which of these have ended, whoever ended them: for sockets that a lost message left connected. */
  endedAmong(sessionIds: readonly string[]): Promise<string[]>
  deleteExpired(): Promise<void>
  /** Listens to the other processes; returns what stops that. */
  listen(): Promise<() => Promise<void>>
}

const touchEveryMs = 60_000
const deleteAtOnce = 5_000
const topic = 'sessions.revoked'
const Revoked = z.object({ sessionIds: z.array(z.string()) })

export function createLiveSessions(deps: LiveSessionsDeps): LiveSessions {
  const { database, bus, live, clock, log, tokens, lifetimeSeconds } = deps
  const now = () => new Date(clock.now())
  const nextEnd = () => new Date(clock.now() + lifetimeSeconds * 1000)

  const cache = createSessionCache(async (sessionId) => {
    const session = await findLiveSession(database.query, sessionId, now())
    if (session !== null && clock.now() - session.lastSeenAt.getTime() > touchEveryMs) {
      await database.transaction((tx) => touchSession(tx, sessionId, now()))
    }
    return session
  }, clock)

  async function viewer(sessionId: string): Promise<Viewer | null> {
    const session = await cache.get(sessionId)
    return session === null ? null : { userId: session.userId, sessionId, role: session.role }
  }

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
    viewer,
    nextEnd,
    ended,

    async authenticate(token) {
      const subject = await tokens.read(token)
      if (subject === null) return null
      const found = await viewer(subject.sessionId)
      return found?.userId === subject.userId ? found : null
    },

    endOf: async (sessionId) => (await cache.get(sessionId))?.expiresAt ?? null,

    async begin(tx, userId, request) {
      const session = { sessionId: newId(), userId, generation: 0, expiresAt: nextEnd() }
      await insertSession(tx, {
        id: session.sessionId,
        user_id: userId,
        user_agent: request.userAgent,
        ip: request.ip,
        created_at: now(),
        refreshed_at: now(),
        last_seen_at: now(),
        expires_at: session.expiresAt,
      })
      return session
    },

    changed: (sessionId) => cache.drop(sessionId),

    async end(which) {
      const sessionIds = await database.transaction((tx) => revokeSessions(tx, which, now()))
      ended(sessionIds)
      return sessionIds.length
    },

    endedAmong: async (sessionIds) => (sessionIds.length === 0 ? [] : findEnded(database.query, sessionIds, now())),

    async deleteExpired() {
      let deleted: number
      do deleted = await database.transaction((tx) => deleteExpired(tx, now(), deleteAtOnce))
      while (deleted === deleteAtOnce)
    },

    listen: () =>
      bus.subscribe(topic, (message) => {
        const revoked = Revoked.safeParse(message)
        if (revoked.success) forget(revoked.data.sessionIds)
        else log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
      }),
  }
}
