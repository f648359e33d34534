import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { deleteExpiredSessions } from './auth.queries.ts'

export const deleteExpiredJob = { name: 'delete-expired-sessions', data: z.object({}) } satisfies Job

/** A transaction holds its locks only briefly. */
const atOnce = 5_000

/** Until then a revoked session stays, so that its refresh tokens are still known for what they are. */
export async function deleteExpired({ database, clock }: { readonly database: Database; readonly clock: Clock }): Promise<void> {
  const now = new Date(clock.now())
  let deleted = atOnce
  while (deleted === atOnce) deleted = await database.transaction((tx) => deleteExpiredSessions(tx, now, atOnce))
}
