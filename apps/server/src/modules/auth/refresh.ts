import type { refresh as contract } from '@parley/protocol/auth'
import type { OutputOf } from '@parley/protocol/define'
import type { Call, Viewer } from '../../core/call.ts'
import { AppError, ensure } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { advanceRefresh, findSession } from './auth.queries.ts'
import type { LiveSessions, StartedSession } from './live-sessions.ts'
import { type IssueDeps, issueTokens } from './logged-in.ts'

interface Deps extends IssueDeps {
  readonly database: Database
  readonly sessions: LiveSessions
}

/** For so long a used token gets its successor again: its answer may have been lost, or two tabs asked at once. */
const repeatableMs = 60_000

export async function refresh({ viewer, input, request }: Call<typeof contract>, deps: Deps): Promise<OutputOf<typeof contract>> {
  const given = input.refreshToken ?? request.http?.cookie('refreshToken')
  if (given === undefined) return accessTokenAlone(viewer, deps)
  const session = await rotate(given, deps)
  const tokens = await issueTokens(session, request.http, deps)
  return { ...tokens, tokens, token: tokens.accessToken }
}

/** A bearer that is still good gets a new access token, which ends with the session. */
async function accessTokenAlone(viewer: Viewer | null, { sessions, tokens }: Deps) {
  const expiresAt = viewer === null ? null : await sessions.endOf(viewer.sessionId)
  if (viewer === null || expiresAt === null) throw new AppError('INVALID_REFRESH_TOKEN')
  const accessToken = await tokens.access(viewer, expiresAt)
  return { accessToken, refreshToken: null, tokens: { accessToken, refreshToken: null }, token: accessToken }
}

/** The session with its next generation, or with the current one where that was given out a moment ago and isn't used. */
async function rotate(given: string, { database, sessions, tokens, clock }: Deps): Promise<StartedSession> {
  const token = tokens.readRefresh(given)
  ensure(token, 'INVALID_REFRESH_TOKEN')
  const { sessionId, generation } = token
  const now = new Date(clock.now())
  const step = { sessionId, generation, now, expiresAt: sessions.nextEnd() }
  const advanced = await database.transaction((tx) => advanceRefresh(tx, step))
  sessions.changed(sessionId)
  const row = advanced ?? (await findSession(database.query, sessionId))
  if (row === undefined || row.revoked_at !== null || row.expires_at <= now) throw new AppError('INVALID_REFRESH_TOKEN')
  const session = { sessionId, userId: row.user_id, generation: row.refresh_generation, expiresAt: row.expires_at }
  if (advanced !== undefined) return session

  const justUsed = row.refresh_generation === generation + 1 && now.getTime() - row.refreshed_at.getTime() <= repeatableMs
  if (justUsed) return session
  // Somebody holds a token that its owner has already exchanged, or the other way round: neither keeps the session.
  if (row.refresh_generation > generation) await sessions.end({ userId: row.user_id, only: sessionId })
  throw new AppError('INVALID_REFRESH_TOKEN')
}
