/** One process per data directory: PGlite doesn't refuse a second one, and both would lose data. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const sqliteBusy = 5

/** Another process uses the directory, or it can't be locked; the message is for the person who starts the server. */
export class DataLockError extends Error {}

function holderOf(pidPath: string): string {
  try {
    return `the process ${readFileSync(pidPath, 'utf8').trim()}`
  } catch {
    return 'another process'
  }
}

/**
 * Locks the directory, made when absent and readable by its owner alone, until the function returned is called or the process ends.
 * The lock is the operating system's own, taken by the SQLite that Node brings: a killed process leaves nothing behind
 * that has to be judged stale, no process id can be mistaken for another, and containers that share the directory see it.
 * @throws DataLockError
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const pidPath = join(directory, 'parley.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(directory, 'parley.lock'), { timeout: 0 })
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    lock?.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) {
      throw new DataLockError(`unable to lock ${directory}; ${(error as Error).message}`, { cause: error })
    }
    throw new DataLockError(
      `unable to use ${directory}; ${holderOf(pidPath)} uses it already. Stop that one first, or set DATA_DIR to another directory; several servers together need a PostgreSQL (DATABASE_URL)`,
    )
  }
  writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    rmSync(pidPath, { force: true })
    lock.close()
  }
}
