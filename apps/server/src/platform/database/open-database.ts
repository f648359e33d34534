import type { Log } from '../../core/log.ts'
import type { Database } from './database.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'

interface DatabaseOptions {
  /** null opens the embedded database. */
  readonly url: string | null
  readonly dataDir: string
  readonly log: Log
  /** Called once when the database has failed for good; the process should end with an error. */
  readonly onFatal?: (error: Error) => void
}

/** The database as configured, not migrated yet. */
export async function openDatabase({ url, dataDir, log, onFatal = () => undefined }: DatabaseOptions): Promise<Database> {
  return url === null ? await openPglite({ dataDir, log, onFatal }) : openPostgres({ url, log })
}
