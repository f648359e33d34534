import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'
import type { NewSession, SessionRow } from '../../platform/database/tables.ts'
import type { LiveSession } from './session-cache.ts'

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx.insertInto('sessions').values(session).execute()
}

/** A session that is neither revoked nor expired, and when it was last seen. */
export async function findLiveSession(query: Queries, sessionId: string, now: Date): Promise<(LiveSession & { lastSeenAt: Date }) | null> {
  const row = await query
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id as sessionId',
      'sessions.user_id as userId',
      'users.role as role',
      'sessions.expires_at as expiresAt',
      'sessions.last_seen_at as lastSeenAt',
    ])
    .where('sessions.id', '=', sessionId)
    .where('sessions.revoked_at', 'is', null)
    .where('sessions.expires_at', '>', now)
    .executeTakeFirst()
  return row ?? null
}

export async function touchSession(tx: Tx, sessionId: string, now: Date): Promise<void> {
  await tx.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', sessionId).where('last_seen_at', '<', now).execute()
}

export const findSession = (query: Queries, sessionId: string): Promise<SessionRow | undefined> =>
  query.selectFrom('sessions').selectAll().where('id', '=', sessionId).executeTakeFirst()

/** The most recently used first, and no more than a person could look through. */
export const findSessionsOf = (query: Queries, userId: string, now: Date): Promise<SessionRow[]> =>
  query
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute()

/** Which of these sessions have ended, whoever or whatever ended them. */
export async function findEnded(query: Queries, sessionIds: readonly string[], now: Date): Promise<string[]> {
  if (sessionIds.length === 0) return []
  const live = await query
    .selectFrom('sessions')
    .select('id')
    .where(sql<boolean>`id = any(${sessionIds}::uuid[])`)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .execute()
  const liveIds = new Set(live.map((row) => row.id))
  return sessionIds.filter((id) => !liveIds.has(id))
}

/** Takes the session from `generation` to the next one and prolongs it; undefined where it isn't there (any more). */
export const advanceRefresh = (
  tx: Tx,
  step: { readonly sessionId: string; readonly generation: number; readonly now: Date; readonly expiresAt: Date },
): Promise<SessionRow | undefined> =>
  tx
    .updateTable('sessions')
    .set({ refresh_generation: step.generation + 1, refreshed_at: step.now, last_seen_at: step.now, expires_at: step.expiresAt })
    .where('id', '=', step.sessionId)
    .where('refresh_generation', '=', step.generation)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', step.now)
    .returningAll()
    .executeTakeFirst()

/** Ends the live sessions of a user, or one of them, or all but one; returns which those were. */
export async function revokeSessions(
  tx: Tx,
  which: { readonly userId: string; readonly only?: string; readonly except?: string },
  now: Date,
): Promise<string[]> {
  let update = tx
    .updateTable('sessions')
    .set({ revoked_at: now })
    .where('user_id', '=', which.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
  if (which.only !== undefined) update = update.where('id', '=', which.only)
  if (which.except !== undefined) update = update.where('id', '<>', which.except)
  return (await update.returning('id').execute()).map((row) => row.id)
}

/** Deletes up to `limit` sessions that are past their end; returns how many. */
export async function deleteExpiredSessions(tx: Tx, now: Date, limit: number): Promise<number> {
  const expired = tx.selectFrom('sessions').select('id').where('expires_at', '<', now).limit(limit)
  const deleted = await tx.deleteFrom('sessions').where('id', 'in', expired).executeTakeFirst()
  return Number(deleted.numDeletedRows)
}
