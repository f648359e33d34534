import type { TestProject } from 'vitest/node'
import { findPostgres, startPostgres } from '../../../../tools/testing/postgres-cluster.ts'

/** One PostgreSQL for the whole run, where there is one; every test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.TEST_DATABASE_URL
  if (given || !findPostgres()) {
    project.provide('postgresUrl', given ? given : null)
    return undefined
  }
  const cluster = await startPostgres({ max_connections: '300' })
  project.provide('postgresUrl', cluster.url)
  return () => cluster.stop()
}
