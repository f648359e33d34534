import { changePassword, endSession, listSessions, login, logout, logoutAll, me, refresh } from '@parley/protocol/auth'
import { devOutbox } from '@parley/protocol/operations'
import bcrypt from 'bcrypt'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask, connect, newPerson, type Person, request } from '../../testing/client.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const statusOf = async (token: string) => (await request(server.url, me, {}, { token })).status
const loginAgain = (person: Person, headers: Record<string, string> = {}) =>
  ask(server.url, login, { username: person.username, password: person.password }, { headers })

describe('logging out', () => {
  test('ends the session at once: its next request is refused, its open sockets are closed, its tokens are void', async () => {
    const person = await newPerson(server.url)
    const sockets = [await person.connect(), await person.connect()]
    const answer = await person.request(logout, {})
    expect(answer.status).toBe(200)
    expect(await statusOf(person.token)).toBe(401)
    for (const socket of sockets) await socket.closed
    await expect(connect(server.url, { token: person.token })).rejects.toThrow()
    expect((await request(server.url, refresh, { refreshToken: person.refreshToken })).status).toBe(401)
  })

  test('removes the cookies, where they were set', async () => {
    const person = await newPerson(server.url)
    const removed = (await person.request(logout, {})).headers.getSetCookie()
    expect(removed).toEqual([
      expect.stringMatching(/^token=;.*Path=\/;.*Expires=Thu, 01 Jan 1970/),
      expect.stringMatching(/^refreshToken=;.*Path=\/api\/auth;.*Expires=Thu, 01 Jan 1970/),
    ])
  })

  test('leaves other sessions and other people alone', async () => {
    const person = await newPerson(server.url)
    const other = await loginAgain(person)
    const neighbour = await newPerson(server.url)
    const socket = await connect(server.url, { token: other.token })
    await person.ask(logout, {})
    expect(await statusOf(other.token)).toBe(200)
    expect(await statusOf(neighbour.token)).toBe(200)
    expect(socket.socket.connected).toBe(true)
    socket.close()
  })

  test('everywhere ends all sessions, this one too', async () => {
    const person = await newPerson(server.url)
    const other = await loginAgain(person)
    const socket = await connect(server.url, { token: other.token })
    expect((await person.ask(logoutAll, {})).ended).toBe(2)
    await socket.closed
    expect(await statusOf(person.token)).toBe(401)
    expect(await statusOf(other.token)).toBe(401)
  })

  test('requests that race with it are refused from then on', async () => {
    const person = await newPerson(server.url)
    const racing = Array.from({ length: 20 }, () => statusOf(person.token))
    await person.ask(logout, {})
    for (const status of await Promise.all(racing)) expect([200, 401]).toContain(status)
    expect(await statusOf(person.token)).toBe(401)
  })
})

describe('my sessions', () => {
  test('are listed with device and address, the current one marked, and nobody else’s', async () => {
    const person = await newPerson(server.url)
    await newPerson(server.url)
    await loginAgain(person, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' })
    const { sessions } = await person.ask(listSessions, {})
    expect(sessions.map(({ device, current }) => ({ device, current }))).toEqual(
      expect.arrayContaining([
        { device: 'Node.js', current: true },
        { device: 'Firefox on Linux', current: false },
      ]),
    )
    expect(sessions).toHaveLength(2)
    for (const session of sessions) expect(session.ip).toMatch(/127\.0\.0\.1$/)
  })

  test('can be ended one by one', async () => {
    const person = await newPerson(server.url)
    const other = await loginAgain(person)
    const socket = await connect(server.url, { token: other.token })
    const { sessions } = await person.ask(listSessions, {})
    const sessionId = sessions.find((session) => !session.current)?.id ?? ''
    await person.ask(endSession, { sessionId })
    await socket.closed
    expect(await statusOf(other.token)).toBe(401)
    expect(await statusOf(person.token)).toBe(200)
    expect((await person.request(endSession, { sessionId })).body.code).toBe('SESSION_NOT_FOUND')
  })

  test('of somebody else are as absent as those of nobody', async () => {
    const person = await newPerson(server.url)
    const stranger = await newPerson(server.url)
    const [theirs] = (await stranger.ask(listSessions, {})).sessions
    for (const sessionId of [theirs?.id ?? '', '01a1fce7-5a13-7000-bf04-f48b3f8fdb47']) {
      const { status, body } = await person.request(endSession, { sessionId })
      expect(status).toBe(404)
      expect(body.code).toBe('SESSION_NOT_FOUND')
    }
    expect(await statusOf(stranger.token)).toBe(200)
  })

  test('that have run out are neither good nor listed', async () => {
    const person = await newPerson(server.url)
    await loginAgain(person)
    await server.app.database.transaction((tx) =>
      tx
        .updateTable('sessions')
        .set({ expires_at: new Date(Date.now() - 1000) })
        .where('id', '=', sessionOf(person))
        .execute(),
    )
    expect(await statusOf(person.token)).toBe(401)
    const again = await loginAgain(person)
    expect((await ask(server.url, listSessions, {}, { token: again.token })).sessions).toHaveLength(2)
  })

  test('are seen at most once a minute', async () => {
    const person = await newPerson(server.url)
    const aged = new Date(Date.now() - 61_000)
    await server.app.database.transaction((tx) =>
      tx.updateTable('sessions').set({ last_seen_at: aged }).where('id', '=', sessionOf(person)).execute(),
    )
    const seen = async () => Date.parse((await person.ask(listSessions, {})).sessions[0]?.lastSeenAt ?? '')
    const first = await seen()
    expect(first).toBeGreaterThan(Date.now() - 10_000)
    expect(await seen()).toBe(first)
    // A refresh counts as seen, and makes the next request read the session anew.
    await ask(server.url, refresh, { refreshToken: person.refreshToken })
    const refreshed = await seen()
    expect(refreshed).toBeGreaterThan(first)
    expect(await seen()).toBe(refreshed)
    const { last_seen_at } = await server.app.database.query
      .selectFrom('sessions')
      .select(['last_seen_at', 'refreshed_at'])
      .where('id', '=', sessionOf(person))
      .whereRef('last_seen_at', '=', 'refreshed_at')
      .executeTakeFirstOrThrow()
    expect(last_seen_at.getTime()).toBe(refreshed)
  })
})

describe('a changed password', () => {
  const newPassword = 'Another-1'
  const change = (person: Person) =>
    person.request(changePassword, { currentPassword: person.password, newPassword, confirmPassword: newPassword })

  test('needs the current one, the rules kept, and to be repeated', async () => {
    const person = await newPerson(server.url)
    const attempt = (currentPassword: string, next: string, confirmPassword = next) =>
      person.request(changePassword, { currentPassword, newPassword: next, confirmPassword })
    expect((await attempt('Wrong-1', newPassword)).body.code).toBe('WRONG_PASSWORD')
    expect((await attempt(person.password, 'weak')).body).toMatchObject({ code: 'RULE_BROKEN', errors: [{ field: 'newPassword' }] })
    expect((await attempt(person.password, `Aa1-${'x'.repeat(69)}`)).body.code).toBe('RULE_BROKEN')
    expect((await attempt(person.password, newPassword, 'Another-2')).status).toBe(400)
    expect((await loginAgain(person)).user.id).toBe(person.id)
  })

  test('ends the other sessions and their sockets at once, and keeps this one', async () => {
    const person = await newPerson(server.url)
    const other = await loginAgain(person)
    const mine = await person.connect()
    const theirs = await connect(server.url, { token: other.token })
    expect((await change(person)).status).toBe(200)
    await theirs.closed
    expect(await statusOf(other.token)).toBe(401)
    expect((await request(server.url, refresh, { refreshToken: other.tokens.refreshToken })).status).toBe(401)
    expect(await statusOf(person.token)).toBe(200)
    expect(mine.socket.connected).toBe(true)
    mine.close()
  })

  test('is the one to log in with', async () => {
    const person = await newPerson(server.url)
    await change(person)
    expect((await request(server.url, login, { username: person.username, password: person.password })).status).toBe(401)
    expect((await request(server.url, login, { username: person.username, password: newPassword })).status).toBe(200)
  })

  test('refuses a login whose old password was right when it was checked, but not any more when its session began', async () => {
    const person = await newPerson(server.url)
    const computed = bcrypt.compare
    const compare = vi.spyOn(bcrypt, 'compare')
    compare.mockImplementationOnce(async (password: string | Buffer, hash: string) => {
      const matched = await computed(password, hash)
      expect(matched).toBe(true)
      expect((await change(person)).status).toBe(200)
      return matched
    })
    const late = await request(server.url, login, { username: person.username, password: person.password })
    compare.mockRestore()
    expect(late.body.code).toBe('INVALID_CREDENTIALS')
    expect((await person.ask(listSessions, {})).sessions).toHaveLength(1)
  })

  test('changed twice at once is changed once', async () => {
    const person = await newPerson(server.url)
    const statuses = (await Promise.all([change(person), change(person)])).map((answer) => answer.status)
    expect(statuses.sort()).toEqual([200, 403])
  })

  test('is announced by mail', async () => {
    const person = await newPerson(server.url)
    await change(person)
    await vi.waitFor(
      async () => {
        const { messages } = await ask(server.url, devOutbox, { to: `${person.username}@example.org` })
        expect(messages.map((message) => message.subject)).toContain('Your Parley password was changed')
      },
      { timeout: 15_000 },
    )
  })
})

function sessionOf(person: Person): string {
  return JSON.parse(Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()).sid
}
