import { describe } from 'vitest'
import { createDatabase, describePostgres, postgresUrl } from './postgres.ts'
import type { TestServerOptions } from './server.ts'

/** The same suite on the embedded database and, where there is one, on PostgreSQL. `options` go to `startServer`. */
export function describeOnEachDatabase(name: string, suite: (options: () => Promise<TestServerOptions>) => void): void {
  describe(`${name}, embedded database`, () => suite(async () => ({})))
  describePostgres(`${name}, PostgreSQL`, () => suite(async () => ({ databaseUrl: await createDatabase(postgresUrl()) })))
}
