import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { createLog } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import { MemoryBus, MemoryHub } from '../../platform/bus/memory.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { startServer, type TestServer } from '../../testing/server.ts'
import { findEnded } from './auth.queries.ts'
import { deleteExpired } from './delete-expired.ts'
import { createLiveSessions } from './live-sessions.ts'
import { createTokens } from './tokens.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** The sessions as another process on the same database sees them. */
function processOn(bus: Bus) {
  const disconnected: string[] = []
  const lines: string[] = []
  const sessions = createLiveSessions({
    database: server.app.database,
    bus,
    live: { toUsers: () => {}, toSessions: () => {}, isHere: () => false, endSessions: (ids) => void disconnected.push(...ids) },
    clock: systemClock,
    log: createLog({ level: 'warn', pretty: false, destination: { write: (line) => void lines.push(line) } }),
    tokens: createTokens({ accessSecret: 'a'.repeat(40), refreshSecret: 'b'.repeat(40), accessSeconds: 900 }, systemClock),
    lifetimeSeconds: 86_400,
  })
  return { sessions, disconnected, lines }
}

function sessionOf(person: Person): string {
  return JSON.parse(Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()).sid
}

test('a session ended in one process ends in the others at once, from memory and with its sockets', async () => {
  const hub = new MemoryHub()
  const [here, there] = [processOn(new MemoryBus(hub)), processOn(new MemoryBus(hub))]
  const stop = [await here.sessions.listen(), await there.sessions.listen()]
  const person = await newPerson(server.url)
  const sessionId = sessionOf(person)
  expect(await there.sessions.viewer(sessionId)).toMatchObject({ userId: person.id })

  expect(await here.sessions.end({ userId: person.id, only: sessionId })).toBe(1)
  await expect.poll(() => there.disconnected, { interval: 1 }).toEqual([sessionId])
  expect(await there.sessions.viewer(sessionId)).toBeNull()
  for (const end of stop) await end()
})

test('a bus that is away is logged and keeps nobody logged in here', async () => {
  const bus = new MemoryBus()
  await bus.close()
  const { sessions, disconnected, lines } = processOn(bus)
  const person = await newPerson(server.url)
  const sessionId = sessionOf(person)
  expect(await sessions.viewer(sessionId)).not.toBeNull()

  expect(await sessions.end({ userId: person.id })).toBe(1)
  expect(disconnected).toEqual([sessionId])
  expect(await sessions.viewer(sessionId)).toBeNull()
  await expect.poll(() => lines.join(), { interval: 1 }).toContain('unable to tell the other processes')
})

test('what is no message of ours on the bus is logged and ends nothing', async () => {
  const bus = new MemoryBus()
  const { sessions, disconnected, lines } = processOn(bus)
  const stop = await sessions.listen()
  await bus.publish('sessions.revoked', { sessionIds: 'all' })
  await expect.poll(() => lines.join(), { interval: 1 }).toContain('unable to read a message')
  expect(disconnected).toEqual([])
  await stop()
})

test('sessions that have ended are told apart from those in force, and deleted once they are past their end', async () => {
  const { database } = server.app
  const [lasting, revoked, expired] = [await newPerson(server.url), await newPerson(server.url), await newPerson(server.url)]
  const ids = [lasting, revoked, expired].map(sessionOf)
  await processOn(new MemoryBus()).sessions.end({ userId: revoked.id })
  await database.transaction((tx) =>
    tx
      .updateTable('sessions')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('user_id', '=', expired.id)
      .execute(),
  )
  expect((await findEnded(database.query, ids, new Date())).sort()).toEqual([sessionOf(revoked), sessionOf(expired)].sort())

  await deleteExpired({ database, clock: systemClock })
  const left = await database.query.selectFrom('sessions').select('id').where('id', 'in', ids).execute()
  expect(left.map((row) => row.id).sort()).toEqual([sessionOf(lasting), sessionOf(revoked)].sort())
})
