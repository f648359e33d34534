/** Embedded databases for tests without the seconds that making one takes: copies of one that is made and migrated once. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog } from '../core/log.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openPglite } from '../platform/database/pglite.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'parley')

/** Another version of PGlite or of the schema is another template. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json')))
  const migrations = join(root, 'migrations')
  for (const file of readdirSync(migrations).sort()) hash.update(file).update(readFileSync(join(migrations, file)))
  return hash.digest('hex').slice(0, 16)
}

async function template(): Promise<string> {
  const finished = join(cache, `embedded-${fingerprint()}`)
  if (existsSync(finished)) return finished
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, 'draft-'))
  const fail = (error: Error) => {
    throw error
  }
  const database = await openPglite({ dataDir: draft, log: createLog({ level: 'silent', pretty: false }), onFatal: fail })
  await migrate(database)
  await database.close()
  try {
    renameSync(draft, finished)
  } catch (error) {
    // Another test file was quicker.
    if (!existsSync(finished)) throw error
    rmSync(draft, { recursive: true })
  }
  return finished
}

/** A new data directory that holds an empty, migrated embedded database. Whoever asked removes it. */
export async function embeddedDataDir(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-test-'))
  cpSync(join(await template(), 'database'), join(dataDir, 'database'), { recursive: true })
  return dataDir
}
