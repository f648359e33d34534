/** One fault at a time, and what exactly a server does then. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { me } from '@parley/protocol/auth'
import { sendMessage } from '@parley/protocol/messages'
import { describe, expect, onTestFinished, test } from 'vitest'
import { embeddedDataDir } from '../../../apps/server/src/testing/embedded.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../../apps/server/src/testing/postgres.ts'
import { startPostgres } from '../../../tools/testing/postgres-cluster.ts'
import { check } from '../checker.ts'
import type { EntryOf } from '../history.ts'
import { Log } from '../log.ts'
import { Client } from '../people/client.ts'
import { readEverything } from '../people/read-everything.ts'
import { Workload } from '../people/workload.ts'
import { createWorld } from '../people/world.ts'
import { createRandom } from '../random.ts'
import { type ServerOptions, ServerProcess } from './server-process.ts'

/** Processes start slowly where many tests run at once. */
const limit = 300_000

function emptyDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-torture-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function migratedDir(): Promise<string> {
  const dir = await embeddedDataDir()
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function serverFor(options: ServerOptions): Promise<ServerProcess> {
  const server = await ServerProcess.create(options)
  onTestFinished(() => server.kill())
  return server
}

describe('on the embedded database', () => {
  test('a second server on the same data directory refuses to start and says why', { timeout: limit }, async () => {
    const options = { dataDir: await migratedDir(), databaseUrl: null }
    const first = await serverFor(options)
    await first.start()
    const second = await serverFor(options)
    second.launch()
    expect(await second.exited()).toBe(1)
    expect(second.output).toContain(`unable to use ${options.dataDir}; the process`)
    await first.ready()
  })

  test('SIGTERM in a stream of sends: all that is acknowledged is stored, what is taken is acknowledged or left unanswered, sockets are told when to come back, exit code 0 (B3)', {
    timeout: limit,
  }, async () => {
    const server = await serverFor({ dataDir: await migratedDir(), databaseUrl: null })
    await server.start()
    const log = new Log(null)
    const world = await createWorld(server.url, log)
    const workload = new Workload({ doors: [{ node: 0, url: server.url }], world, log, seed: 1 })
    onTestFinished(() => workload.close())
    await workload.prepare()
    workload.start()
    await log.next('a stream of sends', ({ kind }) => kind === 'ok', 100)
    const begun = log.entries.length
    log.write({ kind: 'exit', code: await server.stop() })
    const stopped = log.entries.slice(begun)
    await server.start()
    await workload.stop()

    const told = stopped.flatMap((entry) => (entry.kind === 'told' ? [entry] : []))
    const ended = stopped.flatMap((entry) => (entry.kind === 'disconnected' && entry.by === 'server' ? [entry.client] : []))
    expect(ended.length).toBeGreaterThan(0)
    expect(told.map(({ client }) => client)).toEqual(expect.arrayContaining(ended))
    for (const { reconnectInMs } of told) expect(reconnectInMs).toBeLessThanOrEqual(3000)
    const readings = await readEverything(server.url, world, ({ name }) => workload.device(`${name}/1`).token)
    expect((await check(log.entries, readings)).violations).toEqual([])
    const refusals = log.entries.filter((entry): entry is EntryOf<'fail'> => entry.kind === 'fail' && entry.retryable)
    expect(refusals.filter(({ code }) => code !== 'UNAVAILABLE')).toEqual([])
  })
})

describePostgres('on PostgreSQL', () => {
  test('with the database away sends are refused with a retryable error, /readyz says 503, and service resumes by itself (D1, B2)', {
    timeout: limit,
  }, async () => {
    const cluster = await startPostgres()
    onTestFinished(() => cluster.stop())
    const server = await serverFor({ dataDir: emptyDir(), databaseUrl: cluster.url })
    await server.start()
    const log = new Log(null)
    const world = await createWorld(server.url, log)
    const person = world.person('ann')
    const client = new Client({ doors: [{ node: 0, url: server.url }], world, person, device: 1, log, random: createRandom(1, 'ann/1') })
    onTestFinished(() => client.close())
    await client.line.online()
    expect(await client.send(world.group, 'before')).toMatchObject({ kind: 'ok' })

    await cluster.kill()
    const refused = log.next('a refusal', (entry) => entry.kind === 'fail')
    const sent = client.send(world.group, 'meanwhile')
    expect(await refused).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    await server.unready()
    const response = await fetch(`${server.url}${sendMessage.rest?.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
      body: JSON.stringify({ chatId: world.group.id, content: 'over REST', tempId: randomUUID() }),
    })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)

    await cluster.restart()
    await server.ready()
    expect(await sent).toMatchObject({ kind: 'ok' })
    const { violations } = await check(log.entries, await readEverything(server.url, world, ({ token }) => token))
    expect(violations.filter(({ rule }) => rule === 'D1' || rule === 'E1' || rule === 'B2')).toEqual([])
    expect(log.entries.filter(({ kind }) => kind === 'info')).toEqual([])
  })

  test('three servers starting at once on an empty PostgreSQL all serve', { timeout: limit }, async () => {
    const databaseUrl = await createDatabase(postgresUrl())
    const env = { JWT_SECRET: randomUUID(), JWT_REFRESH_SECRET: randomUUID() }
    const servers = await Promise.all([1, 2, 3].map(() => serverFor({ dataDir: emptyDir(), databaseUrl, env })))
    await Promise.all(servers.map((server) => server.start()))
    for (const { url } of servers) {
      const world = await createWorld(url, new Log(null))
      for (const other of servers) {
        const response = await fetch(`${other.url}${me.rest.path}`, { headers: { authorization: `Bearer ${world.person('ann').token}` } })
        expect(response.status).toBe(200)
      }
    }
  })
})
