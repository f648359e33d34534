import { listSessions, login, me, refresh } from '@parley/protocol/auth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, newPerson, type Person, request } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'
import { cookiesIn } from './testing/cookies.ts'

describeOnEachDatabase('refreshing', (options) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(await options())
  })
  afterAll(() => server.stop())

  const refreshing = (refreshToken: string) => request(server.url, refresh, { refreshToken })
  const successor = async (refreshToken: string) => (await ask(server.url, refresh, { refreshToken })).refreshToken ?? ''
  const isLoggedIn = async (token: string) => (await request(server.url, me, {}, { token })).status === 200

  /** Makes what happened in a person's sessions look as long ago as if that many seconds had passed. */
  async function seconds(person: Person, passed: number): Promise<void> {
    await server.app.database.raw(
      `update sessions set refreshed_at = refreshed_at - $2 * interval '1 second', expires_at = expires_at - $2 * interval '1 second',
         last_seen_at = last_seen_at - $2 * interval '1 second' where user_id = $1`,
      [person.id, passed],
    )
  }

  test('gives a new access token, the successor and fresh cookies', async () => {
    const person = await newPerson(server.url)
    const answer = await refreshing(person.refreshToken)
    expect(answer.status).toBe(200)
    const { accessToken, refreshToken, tokens, token } = answer.body
    expect(tokens).toEqual({ accessToken, refreshToken })
    expect(token).toBe(accessToken)
    expect(refreshToken).not.toBe(person.refreshToken)
    expect(cookiesIn(answer).refreshToken.value).toBe(refreshToken)
    expect(await isLoggedIn(accessToken)).toBe(true)
    expect(await isLoggedIn(cookiesIn(answer).token.value)).toBe(true)
  })

  test('50 at once with one token get one and the same successor, which works', async () => {
    const person = await newPerson(server.url)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refreshing(person.refreshToken)))
    expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200))
    const successors = new Set(answers.map((answer) => answer.body.refreshToken))
    expect(successors.size).toBe(1)
    expect(await successor([...successors][0] ?? '')).not.toBe('')
  })

  test('a lost answer logs nobody out: the same token gets the same successor for a minute', async () => {
    const person = await newPerson(server.url)
    const first = await successor(person.refreshToken)
    await seconds(person, 58)
    expect(await successor(person.refreshToken)).toBe(first)
  })

  test('a used token after a minute is theft and ends the session', async () => {
    const person = await newPerson(server.url)
    const socket = await person.connect()
    const first = await successor(person.refreshToken)
    await seconds(person, 61)
    const replay = await refreshing(person.refreshToken)
    expect(replay.status).toBe(401)
    expect(replay.body.code).toBe('INVALID_REFRESH_TOKEN')
    await socket.closed
    expect(await isLoggedIn(person.token)).toBe(false)
    expect((await refreshing(first)).body.code).toBe('INVALID_REFRESH_TOKEN')
  })

  test('a used token whose successor was used is theft at once, and ends this session only', async () => {
    const person = await newPerson(server.url)
    const other = await ask(server.url, login, { username: person.username, password: person.password })
    const second = await successor(await successor(person.refreshToken))
    expect((await refreshing(person.refreshToken)).body.code).toBe('INVALID_REFRESH_TOKEN')
    expect(await isLoggedIn(person.token)).toBe(false)
    expect((await refreshing(second)).status).toBe(401)
    expect(await isLoggedIn(other.token)).toBe(true)
  })

  test('a forged token is refused and ends nothing', async () => {
    const person = await newPerson(server.url)
    const [id, , mac] = (await successor(person.refreshToken)).split('.')
    for (const forged of [`${id}.0.${mac}`, `${id}.9.${mac}`, `${id}.1.${'A'.repeat(43)}`, 'x', '...', '\uFFFD'.repeat(20)]) {
      expect((await refreshing(forged)).body.code).toBe('INVALID_REFRESH_TOKEN')
    }
    expect(await isLoggedIn(person.token)).toBe(true)
  })

  test('prolongs the session to its full length, and an unused one ends by itself', async () => {
    const day = 86_400
    const person = await newPerson(server.url)
    await seconds(person, 6 * day)
    const next = await successor(person.refreshToken)
    const [session] = (await person.ask(listSessions, {})).sessions
    expect(Date.parse(session?.expiresAt ?? '')).toBeGreaterThan(Date.now() + 6.9 * day * 1000)
    await seconds(person, 7 * day + 1)
    expect((await refreshing(next)).body.code).toBe('INVALID_REFRESH_TOKEN')
  })

  test('a browser sends its cookie, and the body wins over it', async () => {
    const person = await newPerson(server.url)
    const cookie = `refreshToken=${person.refreshToken}`
    const byCookie = await request(server.url, refresh, {}, { headers: { cookie } })
    expect(byCookie.body.refreshToken).toBe(await successor(person.refreshToken))
    const byBody = await request(server.url, refresh, { refreshToken: 'forged' }, { headers: { cookie } })
    expect(byBody.body.code).toBe('INVALID_REFRESH_TOKEN')
  })

  test('a bearer alone gets an access token only, and nobody nothing', async () => {
    const person = await newPerson(server.url)
    const answer = await person.request(refresh, {})
    expect(answer.body).toMatchObject({ refreshToken: null, tokens: { refreshToken: null } })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await isLoggedIn(answer.body.accessToken)).toBe(true)
    expect((await request(server.url, refresh, {})).body.code).toBe('INVALID_REFRESH_TOKEN')
  })

  test('a bearer alone gets nothing beyond the end of its session', async () => {
    const person = await newPerson(server.url)
    await seconds(person, 7 * 86_400 - 100)
    const { accessToken } = (await person.request(refresh, {})).body
    const { exp } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
    expect(exp).toBeLessThanOrEqual(Date.now() / 1000 + 100)
  })
})
