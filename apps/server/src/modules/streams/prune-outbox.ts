import { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import type { Job, Jobs } from '../../platform/jobs/jobs.ts'
import { deleteWritten } from './streams.queries.ts'

const pruneJob = { name: 'prune-stream-outbox', data: z.object({}) } satisfies Job
const everyTenMinutes = '*/10 * * * *'
/** A transaction holds its locks only briefly. */
const atOnce = 5000

/** Empties the outbox of what is older than an hour, every ten minutes. */
export function pruneOutbox({ database, jobs }: { readonly database: Database; readonly jobs: Jobs }): void {
  jobs.work(pruneJob, async () => {
    let deleted = atOnce
    while (deleted === atOnce) deleted = await database.transaction((tx) => deleteWritten(tx, atOnce))
  })
  jobs.schedule(pruneJob, everyTenMinutes)
}
