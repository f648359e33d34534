/** The sessions that are in force: who holds them, and how they begin. */
import type { RequestContext, Viewer } from '../../core/call.ts'
import { newId } from '../../core/ids.ts'
import type { Tx } from '../../platform/database/database.ts'
import { findLiveSession, insertSession, touchSession } from './auth.queries.ts'
import { createSessionCache } from './session-cache.ts'
import { createSessionEndings, type SessionEndings } from './session-endings.ts'
import type { Tokens } from './tokens.ts'

type Deps = Omit<Parameters<typeof createSessionEndings>[0], 'cache'> & {
  readonly tokens: Tokens
  readonly lifetimeSeconds: number
}

export interface StartedSession {
  readonly sessionId: string
  readonly userId: string
  readonly generation: number
  readonly expiresAt: Date
}

export interface LiveSessions extends SessionEndings {
  /** Whom an access or session token speaks for, while its session is in force. */
  authenticate(token: string): Promise<Viewer | null>
  /** The same for a session whose token was checked earlier, as a socket's. */
  viewer(sessionId: string): Promise<Viewer | null>
  /** When the session ends by itself; null where it has ended. */
  endOf(sessionId: string): Promise<Date | null>
  /** When a session that begins or is prolonged now will end. */
  nextEnd(): Date
  begin(tx: Tx, userId: string, request: RequestContext): Promise<StartedSession>
  /** After a change of the session's row that leaves it in force. */
  changed(sessionId: string): void
}

const touchEveryMs = 60_000

export function createLiveSessions(deps: Deps): LiveSessions {
  const { database, clock, tokens, lifetimeSeconds } = deps
  const now = () => new Date(clock.now())
  const nextEnd = () => new Date(clock.now() + lifetimeSeconds * 1000)

  const cache = createSessionCache(
    async (sessionId) => {
      const session = await findLiveSession(database.query, sessionId, now())
      if (session !== null && clock.now() - session.lastSeenAt.getTime() > touchEveryMs) {
        await database.transaction((tx) => touchSession(tx, sessionId, now()))
      }
      return session
    },
    clock,
    deps.cluster,
  )

  async function viewer(sessionId: string): Promise<Viewer | null> {
    const session = await cache.get(sessionId)
    return session === null ? null : { userId: session.userId, sessionId, role: session.role }
  }

  return {
    ...createSessionEndings({ ...deps, cache }),
    viewer,
    nextEnd,
    changed: (sessionId) => cache.drop(sessionId),
    endOf: async (sessionId) => (await cache.get(sessionId))?.expiresAt ?? null,

    async authenticate(token) {
      const subject = await tokens.read(token)
      if (subject === null) return null
      const found = await viewer(subject.sessionId)
      return found?.userId === subject.userId ? found : null
    },

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
  }
}
