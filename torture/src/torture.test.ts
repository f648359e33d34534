/** Short runs against real server processes. Long ones: `npm run torture`. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { me } from '@parley/protocol/auth'
import { sendMessage } from '@parley/protocol/messages'
import { describe, expect, onTestFinished, test } from 'vitest'
import { embeddedDataDir } from '../../apps/server/src/testing/embedded.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../apps/server/src/testing/postgres.ts'
import { startPostgres } from '../../tools/testing/postgres-cluster.ts'
import { check } from './checker.ts'
import { Client } from './client.ts'
import { History } from './history.ts'
import { runTorture } from './run.ts'
import type { DatabaseKind } from './schedule.ts'
import { type ServerOptions, ServerProcess } from './server-process.ts'
import { Workload } from './workload.ts'
import { createWorld, readEverything } from './world.ts'

/** Processes start slowly where many tests run at once. */
const limit = 300_000
const kills = 8

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

async function survives(database: DatabaseKind, seed: number, dataDir: string): Promise<void> {
  const said: string[] = []
  const { counts, violations } = await runTorture({
    ...{ seed, database, dataDir, historyPath: null },
    enough: (sofar) => sofar >= kills,
    progress: (line) => said.push(line),
  })
  expect(violations, `seed ${seed}: ${said.join('; ')}`).toEqual([])
  expect(counts.kills).toBe(kills)
  expect(counts.acknowledged).toBeGreaterThan(10 * kills)
}

describe('on the embedded database', () => {
  test('an acknowledged message survives kill -9 of the server, none twice, no hole (D1, E1, O1)', { timeout: limit }, async () => {
    await survives('embedded', 1, await migratedDir())
  })

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
    const history = new History(null)
    const world = await createWorld(server.url, history)
    const workload = new Workload({ url: server.url, world, history, seed: 1 })
    onTestFinished(() => workload.close())
    await history.next('everybody to connect', ({ kind }) => kind === 'authenticated', workload.clients.length)
    workload.start()
    await history.next('a stream of sends', ({ kind }) => kind === 'ok', 100)
    history.write({ kind: 'exit', code: await server.stop() })
    await server.start()
    await workload.stop()

    const told = history.entries.flatMap((entry) => (entry.kind === 'told' ? [entry] : []))
    const ended = history.entries.flatMap((entry) => (entry.kind === 'disconnected' && entry.by === 'server' ? [entry.client] : []))
    expect(ended.length).toBeGreaterThan(0)
    expect(told.map(({ client }) => client).sort()).toEqual(ended.sort())
    for (const { reconnectInMs } of told) expect(reconnectInMs).toBeLessThanOrEqual(3000)
    const { violations } = check(history.entries, await readEverything(server.url, world))
    expect(violations).toEqual([])
    const refusals = history.entries.filter((entry) => entry.kind === 'fail' && entry.retryable)
    expect(refusals.every((entry) => entry.kind === 'fail' && entry.code === 'UNAVAILABLE')).toBe(true)
  })
})

describePostgres('on PostgreSQL', () => {
  test('an acknowledged message survives kill -9 of the server, none twice, no hole (D1, E1, O1)', { timeout: limit }, async () => {
    await survives('postgres', 1, emptyDir())
  })

  test('with the database away sends are refused with a retryable error, /readyz says 503, and service resumes by itself (D1, B2)', {
    timeout: limit,
  }, async () => {
    const cluster = await startPostgres()
    onTestFinished(() => cluster.stop())
    const server = await serverFor({ dataDir: emptyDir(), databaseUrl: cluster.url })
    await server.start()
    const history = new History(null)
    const world = await createWorld(server.url, history)
    const client = new Client({ url: server.url, user: world.owner, device: 1, history })
    onTestFinished(() => client.close())
    await history.next('the connection', ({ kind }) => kind === 'authenticated')
    expect(await client.send(world.group.id, 'before')).toMatchObject({ kind: 'ok' })

    await cluster.kill()
    const refused = history.next('a refusal', (entry) => entry.kind === 'fail')
    const sent = client.send(world.group.id, 'meanwhile')
    expect(await refused).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    await server.unready()
    const response = await fetch(`${server.url}${sendMessage.rest?.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.owner.token}` },
      body: JSON.stringify({ chatId: world.group.id, content: 'over REST', tempId: randomUUID() }),
    })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)

    await cluster.restart()
    await server.ready()
    expect(await sent).toMatchObject({ kind: 'ok' })
    expect(check(history.entries, await readEverything(server.url, world)).violations).toEqual([])
    expect(history.entries.filter(({ kind }) => kind === 'info')).toEqual([])
  })

  test('three servers starting at once on an empty PostgreSQL all serve', { timeout: limit }, async () => {
    const databaseUrl = await createDatabase(postgresUrl())
    const env = { JWT_SECRET: randomUUID(), JWT_REFRESH_SECRET: randomUUID() }
    const servers = await Promise.all([1, 2, 3].map(() => serverFor({ dataDir: emptyDir(), databaseUrl, env })))
    await Promise.all(servers.map((server) => server.start()))
    for (const { url } of servers) {
      const { owner } = await createWorld(url, new History(null))
      for (const other of servers) {
        const response = await fetch(`${other.url}${me.rest.path}`, { headers: { authorization: `Bearer ${owner.token}` } })
        expect(response.status).toBe(200)
      }
    }
  })
})
