/** The PostgreSQL that a server under load stands on: one of its own, from the system's programs, with everything durable. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgres, startPostgres } from '../../../tools/testing/postgres-cluster.ts'
import { cpuOf } from './processes.ts'

const run = promisify(execFile)

export interface Postgres {
  readonly url: string
  readonly port: number
  /** Seconds of CPU of all its processes. */
  cpu(): number
  /** Runs SQL; returns the rows, unaligned, a line for each. */
  sql(statements: string): Promise<string>
  /** Runs a file of SQL. */
  sqlFile(path: string): Promise<void>
  stop(): Promise<void>
}

/** Why there can be none; null where there can. */
export function withoutPostgres(): string | null {
  return findPostgres() === null ? 'PostgreSQL is not installed (Debian: postgresql)' : null
}

export async function startOwnPostgres(): Promise<Postgres> {
  const cluster = await startPostgres({ max_connections: '200' })
  const pid = Number(readFileSync(join(cluster.dir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  const beside = join(findPostgres() ?? '', 'psql')
  const psql = existsSync(beside) ? beside : 'psql'
  const ask = (...args: string[]) => run(psql, ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-d', cluster.url, ...args])
  return {
    url: cluster.url,
    port: Number(new URL(cluster.url).port),
    cpu: () => cpuOf(pid),
    async sql(statements) {
      const asking = ask('-f', '-')
      // An argument has a limit, which a thousand rows exceed.
      asking.child.stdin?.end(statements)
      return (await asking).stdout.trim()
    },
    async sqlFile(path) {
      await ask('-f', path)
    },
    stop: () => cluster.stop(),
  }
}
