import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresCluster, startPostgres } from '../../../../../tools/testing/postgres-cluster.ts'
import { createLog } from '../../core/log.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { databaseSuite } from './database.suite.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres.ts'

const log = createLog({ level: 'silent', pretty: false })

describePostgres('PostgreSQL', () => databaseSuite(async () => openPostgres({ url: await createDatabase(postgresUrl()), log })))

describePostgres('several servers on an empty PostgreSQL', () => {
  test('start at once: one migrates, the others wait', async () => {
    const url = await createDatabase(postgresUrl())
    const servers = Array.from({ length: 5 }, () => openPostgres({ url, log }))
    const applied = await Promise.all(servers.map((server) => migrate(server)))
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    for (const server of servers) await server.close()
  })
})

describePostgres('a lock held by somebody else', () => {
  test('makes a statement UNAVAILABLE within a second, and its connection serves on', async () => {
    const database = openPostgres({ url: await createDatabase(postgresUrl()), log })
    await migrate(database)
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = database.transaction(async (tx) => {
      await tx.schema.alterTable('chats').addColumn('later', 'text').execute()
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const began = performance.now()
    await expect(database.statement('chats', 'select count(*) from chats', [])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfter: 2,
    })
    expect(performance.now() - began).toBeLessThan(1500)
    release.resolve()
    await holding
    expect(await database.statement('chats', 'select count(*) from chats', [])).toEqual([[0]])
    await database.close()
  })
})

describePostgres('a PostgreSQL that goes away', () => {
  let cluster: PostgresCluster
  let database: Database
  beforeAll(async () => {
    cluster = await startPostgres()
    database = openPostgres({ url: cluster.url, log })
    await migrate(database)
  })
  afterAll(async () => {
    await database.close()
    await cluster.stop()
  })

  const everything = () => [
    database.ping(),
    database.query.selectFrom('users').select('id').execute(),
    database.transaction((tx) => tx.selectFrom('users').select('id').execute()),
    database.statement('one', 'select 1', []),
    database.raw('select 1 as one'),
    migrate(database),
  ]

  test.each(['halt', 'kill'] as const)('(%s) makes everything UNAVAILABLE, and serves again by itself', async (end) => {
    await Promise.all(everything())
    const opened = Promise.withResolvers<void>()
    const away = Promise.withResolvers<void>()
    const caught = database.transaction(async (tx) => {
      await tx.selectFrom('users').select('id').execute()
      opened.resolve()
      await away.promise
      await tx.selectFrom('users').select('id').execute()
    })
    // A statement that is still under way when the server goes; nobody waits for its end.
    const running = database.raw('select pg_sleep(8)')
    const outcomes = Promise.allSettled([caught, running])
    await opened.promise
    await cluster[end]()
    away.resolve()
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', retryAfter: 2 } })
    }
    for (const outcome of await Promise.allSettled(everything())) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', retryAfter: 2 } })
    }
    await cluster.restart()
    await Promise.all(everything())
  })

  test('(no room for another connection) is UNAVAILABLE as well', async () => {
    const small = await startPostgres({ max_connections: '5', superuser_reserved_connections: '0', max_wal_senders: '0' })
    const crowd = openPostgres({ url: small.url, log })
    // Each keeps its connection to itself for a moment, so that there are too many at once.
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => crowd.raw('select pg_sleep(0.5)')))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' })
    await crowd.close()
    await small.stop()
  })
})

describe('a server that says goodbye with its first answer', () => {
  test('is UNAVAILABLE and does not end the process', async () => {
    const message = (type: string, body: string) => {
      const header = Buffer.alloc(5, type)
      header.writeInt32BE(4 + Buffer.byteLength(body), 1)
      return Buffer.concat([header, Buffer.from(body)])
    }
    const goodbye = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'
    const greeting = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I'), message('E', goodbye)])
    const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(greeting)))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const database = openPostgres({ url: `postgres://nobody@127.0.0.1:${port}/nothing`, log })
    for (let round = 0; round < 3; round++) await expect(database.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await database.close()
    server.close()
  })
})

describe('an address where nothing listens', () => {
  test('is UNAVAILABLE within the 2 s promised', async () => {
    const database = openPostgres({ url: 'postgres://nobody@127.0.0.1:9/nothing', log })
    const began = performance.now()
    await expect(database.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(performance.now() - began).toBeLessThan(2500)
    await database.close()
  })
})
