import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Database, Queries } from './database.ts'

const defaultDirectory = fileURLToPath(new URL('../../../../../migrations', import.meta.url))
/** An arbitrary number that nobody else who shares the database locks. */
const lockKey = 7_245_390_117

/** The database and this code don't fit; the message is for the person who starts the server. */
export class MigrationError extends Error {}

async function readMigrations(directory: string): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {}
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()) {
    const text = await readFile(`${directory}/${file}`, 'utf8')
    migrations[file.slice(0, -'.sql'.length)] = {
      async up(db) {
        await sql.raw(text).execute(db)
      },
    }
  }
  return migrations
}

async function refuseNewer(db: Queries, known: Readonly<Record<string, Migration>>): Promise<void> {
  const found = await sql<{ name: string | null }>`select to_regclass('kysely_migration')::text as name`.execute(db)
  if (!found.rows[0]?.name) return
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  const unknown = applied.rows.map((row) => row.name).filter((name) => !(name in known))
  if (unknown.length === 0) return
  throw new MigrationError(
    `unable to use the database; a newer version of Parley has changed it (${unknown.join(', ')}). Start that version or a later one, or restore a backup made by this one`,
  )
}

/**
 * Brings the tables to the state of `migrations/`; servers that start at once wait for the first.
 * The lock is taken before Kysely makes the tables of its own, which it does unguarded.
 * Resolves with the names of what was applied.
 * @throws MigrationError when the database is newer than this code, or a migration fails
 */
export async function migrate(database: Database, directory: string = defaultDirectory): Promise<string[]> {
  const migrations = await readMigrations(directory)
  return await database.patient.connection().execute(async (db) => {
    await sql`select pg_advisory_lock(${lockKey})`.execute(db)
    try {
      await refuseNewer(db, migrations)
      const { error, results = [] } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
      const failed = results.find((result) => result.status === 'Error')
      if (error)
        throw new MigrationError(`unable to migrate the database${failed ? ` (${failed.migrationName})` : ''}; ${String(error)}`, {
          cause: error,
        })
      return results.map((result) => result.migrationName)
    } finally {
      await sql`select pg_advisory_unlock(${lockKey})`.execute(db)
    }
  })
}
