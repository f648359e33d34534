import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
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

/** The sessions as another process on the same database sees them, which has sockets of those given. */
function processOn(connected: string[] = []) {
  const disconnected: string[] = []
  const live: Live = {
    toUsers: () => {},
    allToUsers: () => {},
    toSessions: () => {},
    isHere: () => false,
    userIds: () => [],
    sessionIds: () => connected,
    endSessions: (ids) => void disconnected.push(...ids),
  }
  const sessions = createLiveSessions({
    ...{ live, cluster: new SingleCluster(), database: server.app.database, clock: systemClock },
    tokens: createTokens({ accessSecret: 'a'.repeat(40), refreshSecret: 'b'.repeat(40), accessSeconds: 900 }, systemClock),
    lifetimeSeconds: 86_400,
  })
  return { sessions, disconnected }
}

function sessionOf(person: Person): string {
  return JSON.parse(Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()).sid
}

test('a session that ends is forgotten and its sockets are closed before anybody is told (P2)', async () => {
  const { sessions, disconnected } = processOn()
  const person = await newPerson(server.url)
  const sessionId = sessionOf(person)
  expect(await sessions.viewer(sessionId)).toMatchObject({ userId: person.id })
  expect(await sessions.end({ userId: person.id, only: sessionId })).toBe(1)
  expect(disconnected).toEqual([sessionId])
  expect(await sessions.viewer(sessionId)).toBeNull()
})

test('sockets of sessions that ended unheard of are closed', async () => {
  const person = await newPerson(server.url)
  const [here, there] = [processOn(), processOn([sessionOf(person)])]
  await here.sessions.end({ userId: person.id })
  await there.sessions.sweep()
  expect(there.disconnected).toEqual([sessionOf(person)])
})

test('sessions that have ended are told apart from those in force, and deleted once they are past their end', async () => {
  const { database } = server.app
  const [lasting, revoked, expired] = [await newPerson(server.url), await newPerson(server.url), await newPerson(server.url)]
  const ids = [lasting, revoked, expired].map(sessionOf)
  await processOn().sessions.end({ userId: revoked.id })
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
