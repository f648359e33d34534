import type { endSession as endContract, listSessions as listContract, Session } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { SessionRow } from '../../platform/database/tables.ts'
import { findSessionsOf } from './auth.queries.ts'
import { removeLoginCookies } from './cookies.ts'
import { deviceOf } from './device.ts'
import type { LiveSessions } from './live-sessions.ts'

const present = (row: SessionRow, currentId: string): Session => ({
  id: row.id,
  device: deviceOf(row.user_agent),
  ip: row.ip,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  current: row.id === currentId,
})

export async function listSessions({ viewer }: Call<typeof listContract>, deps: { readonly database: Database; readonly clock: Clock }) {
  const rows = await findSessionsOf(deps.database.query, viewer.userId, new Date(deps.clock.now()))
  return { sessions: rows.map((row) => present(row, viewer.sessionId)) }
}

export async function endSession({ viewer, input, request }: Call<typeof endContract>, deps: { readonly sessions: LiveSessions }) {
  const ended = await deps.sessions.end({ userId: viewer.userId, only: input.sessionId })
  if (ended === 0) throw new AppError('SESSION_NOT_FOUND')
  if (input.sessionId === viewer.sessionId) removeLoginCookies(request.http)
  return {}
}
