/** What PostgreSQL's background processes do elsewhere: PGlite has none, so tables would bloat and the log grow without end. */
import type { Database } from './database.ts'

const checkpointAfterBytes = 64 * 1024 * 1024

/** As autovacuum decides it, with its default thresholds a little raised. */
const tiredTables = `
  select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
  where n_dead_tup > 1000 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.1 * n_live_tup`

/** Vacuums what needs it and shortens the log; each statement takes a turn of its own, so that others come in between. */
export async function keepUp(database: Pick<Database, 'raw'>): Promise<void> {
  // What this session has counted reaches the statistics once a second at most; late, it would count as dead again what vacuum removed.
  await database.raw('select pg_stat_force_next_flush()')
  for (const { name } of (await database.raw(tiredTables)).rows) await database.raw(`vacuum (analyze) ${name}`)
  const { rows } = await database.raw('select pg_current_wal_lsn() - redo_lsn > $1::numeric as due from pg_control_checkpoint()', [
    checkpointAfterBytes,
  ])
  if (rows[0]?.due) await database.raw('checkpoint')
}
