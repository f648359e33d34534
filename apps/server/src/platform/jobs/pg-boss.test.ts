import { rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startPostgres } from '../../../../../tools/testing/postgres-cluster.ts'
import { embeddedDataDir } from '../../testing/embedded.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { openDatabase } from '../database/open-database.ts'
import { jobsSuite, readableLog } from './jobs.suite.ts'
import { createJobs } from './pg-boss.ts'

const { log } = readableLog()
const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

describe('on the embedded database', () => {
  jobsSuite(async () => {
    const dataDir = await embeddedDataDir()
    directories.push(dataDir)
    const database = await openDatabase({ url: null, dataDir, log })
    return { database, create: (readable) => createJobs(database, readable) }
  })
})

describePostgres('on PostgreSQL', () => {
  jobsSuite(async () => {
    const database = await openDatabase({ url: await createDatabase(postgresUrl()), dataDir: '', log })
    return { database, create: (readable) => createJobs(database, readable) }
  })

  test('three servers that start at once share one queue', async () => {
    const url = await createDatabase(postgresUrl())
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url, dataDir: '', log })))
    const done = Promise.withResolvers<string>()
    const job = { name: 'shared', data: z.string() }
    const servers = databases.map((database) => createJobs(database, log))
    for (const server of servers) server.work(job, async (data) => done.resolve(data))
    await Promise.all(servers.map((server) => server.start()))
    await databases[0]?.transaction(async (tx) => servers[0]?.enqueue(tx, job, 'once'))
    expect(await done.promise).toBe('once')
    await Promise.all(servers.map((server) => server.stop()))
    for (const database of databases) await database.close()
  })

  test('a database that goes away is logged, and the work goes on when it is back', async () => {
    const cluster = await startPostgres()
    const database = await openDatabase({ url: cluster.url, dataDir: '', log })
    const readable = readableLog()
    const jobs = createJobs(database, readable.log)
    const done = Promise.withResolvers<string>()
    const job = { name: 'patient', data: z.string() }
    jobs.work(job, async (data) => done.resolve(data))
    await jobs.start()
    await cluster.halt()
    expect(await readable.line((logged) => logged.msg === 'the job queue has a problem')).toMatchObject({ level: 50 })
    await cluster.restart()
    await database.transaction((tx) => jobs.enqueue(tx, job, 'back'))
    expect(await done.promise).toBe('back')
    await jobs.stop()
    await database.close()
    await cluster.stop()
  })
})
