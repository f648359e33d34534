import { randomBytes } from 'node:crypto'
import { authenticate, authenticationError, checkSession, csrfToken, demoLogin, login, me, register } from '@parley/protocol/auth'
import { devOutbox } from '@parley/protocol/operations'
import { updateProfile } from '@parley/protocol/users'
import bcrypt from 'bcrypt'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask, connect, newPerson, request } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'
import { cookiesIn, unique } from './testing/cookies.ts'

const password = 'Secret-1'
const noSuchSession = 'eyJhbGciOiJub25lIn0.e30.'

afterEach(() => vi.restoreAllMocks())

describeOnEachDatabase('accounts', (options) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ ...(await options()), env: { BCRYPT_ROUNDS: '5' } })
  })
  afterAll(() => server.stop())

  const registering = (given: { email?: string; username?: string; name?: string; password?: string }) =>
    request(server.url, register, { email: `${given.username ?? unique()}@example.org`.toLowerCase(), password, ...given })

  describe('registering', () => {
    test('answers the account, its tokens and cookies', async () => {
      const username = unique()
      const answer = await registering({ username, email: `${username}@Example.ORG`, name: ' Ada  Lovelace ' })
      expect(answer.status).toBe(201)
      expect(answer.body.user).toMatchObject({
        username,
        name: 'Ada  Lovelace',
        email: `${username}@example.org`,
        phoneNumber: null,
        status: 'offline',
        role: 'user',
        oauthProvider: 'local',
        avatar: `/api/avatars/${answer.body.user.id}?initials=AL`,
      })
      expect(answer.body.token).toBe(answer.body.tokens.accessToken)
      expect((await ask(server.url, me, {}, { token: answer.body.token })).user).toEqual(answer.body.user)
      expect(JSON.stringify(answer.body)).not.toMatch(/hash|\$2b\$/)
    })

    test('without a name, the username is the name', async () => {
      const username = unique()
      expect((await registering({ username })).body.user.name).toBe(username)
    })

    test('without a username, one is made of the name, and never of the e-mail address', async () => {
      const word = unique()
      const first = await registering({ name: `Ada ${word}`, email: `secret-${word}@example.org` })
      const second = await registering({ name: `Ada ${word}` })
      expect(first.body.user.username).toBe(`ada.${word}`)
      expect(second.body.user.username).toMatch(new RegExp(`^ada\\.${word}\\d+$`))
      const nameless = await registering({ name: '😀😀', email: `secret2-${word}@example.org` })
      expect(nameless.body.user.username).toMatch(/^user\d*$/)
    })

    test('ten people of one name at once all get a username of their own', async () => {
      const name = `Grace ${unique()}`
      const answers = await Promise.all(Array.from({ length: 10 }, () => registering({ name })))
      expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(201))
      expect(new Set(answers.map((answer) => answer.body.user.username.toLowerCase())).size).toBe(10)
    })

    test('a username can be taken once, whatever its case, also by two at the same moment', async () => {
      const username = unique()
      const answers = await Promise.all(
        [username, username.toUpperCase(), username, username].map((name) =>
          registering({ username: name, email: `${unique()}@example.org` }),
        ),
      )
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409])
      for (const answer of answers) if (answer.status === 409) expect(answer.body.code).toBe('USERNAME_TAKEN')
      expect((await registering({ username, email: `${unique()}@example.org` })).body.code).toBe('USERNAME_TAKEN')
    })

    test('an e-mail address can be taken once, whatever its case, also by two at the same moment', async () => {
      const email = `${unique()}@example.org`
      const answers = await Promise.all([email, email.toUpperCase(), email].map((given) => registering({ email: given, name: 'Ada' })))
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409])
      for (const answer of answers) if (answer.status === 409) expect(answer.body.code).toBe('EMAIL_TAKEN')
      expect((await registering({ email, name: 'Ada' })).body.code).toBe('EMAIL_TAKEN')
    })

    test.each(['Secret11', 'SECRET-1', `Aa1-${'ä'.repeat(35)}`])('the password %s is against the rules', async (weak) => {
      const { status, body } = await registering({ username: unique(), password: weak })
      expect(status).toBe(422)
      expect(body).toMatchObject({ code: 'RULE_BROKEN', errors: [{ field: 'password' }] })
    })

    test('a welcome mail follows', async () => {
      const username = unique()
      await registering({ username })
      const to = `${username}@example.org`
      await registering({ username: `${username}2`, email: to })
      await vi.waitFor(
        async () => {
          const { messages } = await ask(server.url, devOutbox, { to })
          expect(messages).toHaveLength(1)
          expect(messages[0]?.subject).toBe('Welcome to Parley')
        },
        { timeout: 15_000 },
      )
    })
  })

  describe('logging in', () => {
    test('goes by e-mail address or username, whatever their case', async () => {
      const username = unique()
      await registering({ username })
      for (const name of [{ email: `${username}@EXAMPLE.org` }, { username: username.toUpperCase() }, { username: ` ${username} ` }]) {
        expect((await ask(server.url, login, { ...name, password })).user.username).toBe(username)
      }
    })

    test('an e-mail address is no username and a username no e-mail address', async () => {
      const username = unique()
      await registering({ username })
      for (const name of [{ username: `${username}@example.org` }, { email: username }, { phoneNumber: username }]) {
        expect((await request(server.url, login, { ...name, password })).body.code).toBe('INVALID_CREDENTIALS')
      }
    })

    test('a wrong password and an unknown person are answered alike, after as much work', async () => {
      const username = unique()
      await registering({ username })
      const compare = vi.spyOn(bcrypt, 'compare')
      const wrong = await request(server.url, login, { username, password: 'Secret-2' })
      expect(compare).toHaveBeenCalledTimes(1)
      const unknown = await request(server.url, login, { username: unique(), password: 'Secret-2' })
      expect(compare).toHaveBeenCalledTimes(2)
      const [known, dummy] = compare.mock.calls.map(([, hash]) => String(hash))
      expect(bcrypt.getRounds(dummy ?? '')).toBe(bcrypt.getRounds(known ?? ''))
      expect(wrong.status).toBe(401)
      expect(unknown.status).toBe(401)
      const { instance: _a, ...first } = wrong.body
      const { instance: _b, ...second } = unknown.body
      expect(first).toEqual(second)
    })

    test('a hash of fewer rounds is replaced at login, and the password stays', async () => {
      const username = unique()
      await registering({ username })
      const { database } = server.app
      const hash = () =>
        database.query.selectFrom('users').select('password_hash').where('username', '=', username).executeTakeFirstOrThrow()
      const weak = await bcrypt.hash(password, 4)
      await database.transaction((tx) => tx.updateTable('users').set({ password_hash: weak }).where('username', '=', username).execute())
      await ask(server.url, login, { username, password })
      const upgraded = await hash()
      expect(bcrypt.getRounds(upgraded.password_hash ?? '')).toBe(5)
      await ask(server.url, login, { username, password })
      expect(await hash()).toEqual(upgraded)
    })

    test.each([[{}], [{ email: 'a@example.org', username: 'a' }], [{ username: { $ne: null } }], [{ username: ['a'] }]])(
      'with %j instead of one name is malformed',
      async (name) => {
        expect((await request(server.url, login, { ...name, password })).status).toBe(400)
      },
    )
  })

  describe('asking who I am', () => {
    test('is refused without a session, and with a token that is none', async () => {
      for (const token of [null, noSuchSession, 'x', `${'x'.repeat(3000)}`]) {
        const { status, body } = await request(server.url, me, {}, { token })
        expect(status).toBe(401)
        expect(body.code).toBe('UNAUTHENTICATED')
      }
    })

    test('check always answers 200', async () => {
      const person = await newPerson(server.url)
      expect((await person.ask(checkSession, {})).user?.id).toBe(person.id)
      expect((await ask(server.url, checkSession, {})).user).toBeNull()
      expect((await ask(server.url, checkSession, {}, { token: noSuchSession })).user).toBeNull()
    })
  })

  test('the demo login is for demo people only, and sets no cookie', async () => {
    const person = await newPerson(server.url)
    expect((await person.request(demoLogin, { username: person.username })).body.code).toBe('NOT_FOUND')
    const answer = await request(server.url, demoLogin, { username: 'asha' })
    expect(answer.body.user.username).toBe('asha')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await ask(server.url, me, {}, { token: answer.body.token })).user.username).toBe('asha')
  })

  describe('a socket', () => {
    test('is somebody by the token of its handshake, its Authorization header, its cookie, or the authenticate command', async () => {
      const answer = await registering({ username: unique() })
      const { user, token } = answer.body
      const cookie = `token=${cookiesIn(answer).token.value}`
      const sockets = await Promise.all([
        connect(server.url, { token }),
        connect(server.url, {}, { extraHeaders: { authorization: `Bearer ${token}` } }),
        connect(server.url, {}, { extraHeaders: { cookie } }),
      ])
      for (const socket of sockets) {
        await expect(socket.command(me as never, {})).resolves.toMatchObject({ code: 'UNKNOWN_COMMAND' })
        socket.close()
      }
      const late = await connect(server.url, {})
      expect(await late.command(authenticate, { token })).toMatchObject({ success: true, user: { id: user.id } })
      late.close()
    })

    test('with a bad token is refused in the handshake, and told so by the command', async () => {
      await expect(connect(server.url, { token: noSuchSession })).rejects.toThrow()
      const socket = await connect(server.url, {})
      expect(await socket.command(authenticate, { token: noSuchSession })).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
      await socket.next(authenticationError)
      socket.close()
    })
  })

  describe('cookies', () => {
    test('are httpOnly, lax, and last as long as the session; the refresh token goes to /api/auth only', async () => {
      const { token, refreshToken } = cookiesIn(await registering({ username: unique() }))
      expect(token.attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=604800']))
      expect(refreshToken.attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/api/auth', 'Max-Age=604800']))
    })

    test('make a browser somebody, without any token in its hands', async () => {
      const answer = await registering({ username: unique() })
      const cookie = `token=${cookiesIn(answer).token.value}`
      expect((await ask(server.url, me, {}, { headers: { cookie } })).user.id).toBe(answer.body.user.id)
      const saved = await ask(server.url, updateProfile, { bio: 'by cookie' }, { headers: { cookie, origin: server.url } })
      expect(saved.user.bio).toBe('by cookie')
    })

    test('are of no use to a page of another origin', async () => {
      const answer = await registering({ username: unique() })
      const cookie = `token=${cookiesIn(answer).token.value}`
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const refused = await request(server.url, updateProfile, { bio: 'forged' }, { headers: { cookie, ...headers } })
        expect(refused.body.code).toBe('CSRF_REJECTED')
      }
    })
  })
})

describe('failed logins, where limits are on', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMITS: 'on', TRUST_PROXY: '1' } })
  })
  afterAll(() => server.stop())

  test('five wrong passwords close an account to this address for a while, even for the right one, and no other account', async () => {
    const ada = await newPerson(server.url)
    const bob = await newPerson(server.url)
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => request(server.url, login, { username: ada.username, password: 'Wrong-1' })),
    )
    expect(tries.map((answer) => answer.status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    const right = await request(server.url, login, { username: ada.username.toUpperCase(), password: ada.password })
    expect(right.status).toBe(429)
    expect(right.body).toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) })
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800)
    expect((await request(server.url, login, { username: bob.username, password: bob.password })).status).toBe(200)
  })

  test('an IPv6 network of many addresses is one address', async () => {
    const ada = await newPerson(server.url)
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, host) =>
        request(
          server.url,
          login,
          { username: ada.username, password: 'Wrong-1' },
          { headers: { 'x-forwarded-for': `2001:db8:1:2::${host + 1}` } },
        ),
      ),
    )
    expect(tries.map((answer) => answer.status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  })

  test('names of nobody are limited in the same way, so the limit does not tell who exists', async () => {
    const username = unique()
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push((await request(server.url, login, { username, password: 'Wrong-1' })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })
})

describe('CSRF=token', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { CSRF: 'token' } })
  })
  afterAll(() => server.stop())

  test("a cookie's write needs the token of its own session; a bearer's needs none", async () => {
    const username = unique()
    const answer = await request(server.url, register, { email: `${username}@example.org`, username, password })
    const cookie = `token=${cookiesIn(answer).token.value}`
    const write = (headers: Record<string, string>) => request(server.url, updateProfile, { bio: 'x' }, { headers: { cookie, ...headers } })
    expect((await write({})).body.code).toBe('CSRF_REJECTED')
    const mine = await ask(server.url, csrfToken, {}, { headers: { cookie } })
    expect((await write({ 'x-csrf-token': mine.csrfToken })).status).toBe(200)
    const other = await newPerson(server.url)
    const others = await other.ask(csrfToken, {})
    expect((await write({ 'x-csrf-token': others.csrfToken })).body.code).toBe('CSRF_REJECTED')
    expect((await other.request(updateProfile, { bio: 'x' })).status).toBe(200)
  })
})

describe('in production, with pages of another site', () => {
  test('cookies are Secure and SameSite=None, and there is no demo login', async () => {
    const server = await startServer({
      env: {
        NODE_ENV: 'production',
        RATE_LIMITS: 'on',
        BCRYPT_ROUNDS: '10',
        HOST: '127.0.0.1',
        PUBLIC_URL: 'https://chat.example.org',
        CORS_ORIGIN: 'https://app.example.com',
        JWT_SECRET: randomBytes(48).toString('base64'),
        JWT_REFRESH_SECRET: randomBytes(48).toString('base64'),
      },
    })
    try {
      const username = unique()
      const answer = await request(server.url, register, { email: `${username}@example.org`, username, password })
      expect(cookiesIn(answer).token.attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=None']))
      expect((await request(server.url, demoLogin, { username: 'asha' })).status).toBe(404)
    } finally {
      await server.stop()
    }
  })
})
