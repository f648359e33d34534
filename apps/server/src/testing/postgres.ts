/** The PostgreSQL that a test run shares, and databases in it. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster that the whole run shares; null where there is no PostgreSQL. */
    postgresUrl: string | null
  }
}

/** A new, empty database in the same cluster. */
export async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const created = new URL(url)
  created.pathname = `/${name}`
  return created.href
}

/** The cluster that the run shares. Only to be called where `describePostgres` runs the suite. */
export function postgresUrl(): string {
  const url = inject('postgresUrl')
  if (url === null) throw new Error('unable to test; there is no PostgreSQL')
  return url
}

const absent = 'there is no PostgreSQL here (Debian: apt install postgresql; or set TEST_DATABASE_URL)'

/** A suite that needs a PostgreSQL: left out, saying so, where there is none, except in CI, where that is a failure. */
export function describePostgres(name: string, suite: () => void): void {
  const missing = inject('postgresUrl') === null
  if (missing && process.env.CI === 'true') throw new Error(`unable to test ${name}; ${absent}`)
  describe.skipIf(missing)(missing ? `${name} (left out: ${absent})` : name, suite)
}
