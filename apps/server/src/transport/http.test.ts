import { randomUUID } from 'node:crypto'
import { login, me, register } from '@parley/protocol/auth'
import { createGroup } from '@parley/protocol/chats'
import { getUser, searchUsers } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect, newPerson, type Person, request } from '../testing/client.ts'
import { startServer, type TestServer } from '../testing/server.ts'

const listed = 'https://app.example.org'

let server: TestServer
let asha: Person

beforeAll(async () => {
  server = await startServer({ env: { CORS_ORIGIN: listed } })
  asha = await newPerson(server.url)
})
afterAll(() => server?.stop())

test('an error is a problem document whose members the older clients know too (RFC 9457)', async () => {
  const { status, headers, body } = await asha.request(getUser, { userId: 'nonsense' })
  expect(status).toBe(400)
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(body).toMatchObject({
    ...{ type: '/docs/errors#VALIDATION_FAILED', title: 'Malformed request', status: 400, instance: '/api/users/nonsense' },
    ...{ success: false, code: 'VALIDATION_FAILED', errors: [{ field: 'userId' }] },
  })
  expect(body.detail).toBe(body.message)
  expect(body.error).toBe(body.message)
  expect((await fetch(server.url + body.type)).status).toBe(200)
})

test('every entity carries its id as _id as well', async () => {
  const { chat } = await asha.ask(createGroup, { name: 'Ids' })
  const stored = chat as unknown as { id: string; _id: string; members: { user: { id: string; _id: string } }[] }
  expect(stored._id).toBe(stored.id)
  expect(stored.members[0]?.user._id).toBe(asha.id)
})

test('other names of a field mean the field', async () => {
  const { status, body } = await request(server.url, register, {
    email: `${randomUUID()}@example.org`,
    password: 'Correct-horse-7',
    fullName: 'Dora Example',
  })
  expect(status).toBe(201)
  expect(body.user.name).toBe('Dora Example')
})

describe('cross-origin requests', () => {
  const preflight = (origin: string) =>
    fetch(`${server.url}/api/auth/login`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })

  test('of listed origins are allowed, with credentials, and the preflight answers 200', async () => {
    const { status, headers } = await preflight(listed)
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe(listed)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
  })

  test('of other origins are not', async () => {
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('a write with the cookie', () => {
  const cookie = async () => {
    const response = await request(server.url, login, { username: asha.username, password: asha.password })
    return response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
  }
  const write = async (headers: Record<string, string>) =>
    (await request(server.url, createGroup, { name: 'By cookie' }, { headers: { cookie: await cookie(), ...headers } })).status

  test.each([
    ['the server’s own page', () => ({ origin: server.url }), 201],
    ['a listed page', () => ({ origin: listed, 'sec-fetch-site': 'cross-site' }), 201],
    ['a page of the same site', () => ({ origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'same-site' }), 201],
    ['no browser', () => ({}), 201],
    ['a foreign page', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }), 403],
    ['a foreign page in an old browser', () => ({ origin: 'https://evil.example' }), 403],
    ['a page without an origin', () => ({ origin: 'null' }), 403],
  ])('from %s: %s', async (_, headers, status) => {
    expect(await write(headers())).toBe(status)
  })

  test('from a foreign page, a socket finds no session either', async () => {
    const headers = { cookie: await cookie(), origin: 'https://evil.example' }
    await expect(connect(server.url, {}, { extraHeaders: headers })).rejects.toMatchObject({ data: { code: 'CSRF_REJECTED' } })
  })
})

describe('rate limits', () => {
  test('are told with every answer, and beyond them it is 429 with the time to wait', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    const person = await newPerson(limited.url)
    const first = await person.request(me, {})
    expect(first.headers.get('ratelimit-policy')).toBe(`"me";q=${me.rate.points};w=${me.rate.seconds}`)
    expect(first.headers.get('ratelimit')).toMatch(new RegExp(`^"me";r=${me.rate.points - 1};t=\\d+$`))
    await Promise.all(Array.from({ length: me.rate.points - 1 }, () => person.request(me, {})))
    const refused = await person.request(me, {})
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await limited.stop()
  })

  test('count what is malformed as well', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    onTestFinished(() => limited.stop())
    const person = await newPerson(limited.url)
    const malformed = () => person.request(searchUsers, { nonsense: true })
    const answers = await Promise.all(Array.from({ length: searchUsers.rate.points }, malformed))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]))
    expect((await malformed()).status).toBe(429)
  })
})

test('pages may run scripts of ours only, and nobody may frame them', async () => {
  const { headers } = await fetch(`${server.url}/docs`)
  expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('the contract is served as documents, and / leads to the web client', async () => {
  expect(await (await fetch(`${server.url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' })
  expect(await (await fetch(`${server.url}/asyncapi.json`)).json()).toMatchObject({ asyncapi: '3.0.0' })
  const root = await fetch(server.url, { redirect: 'manual' })
  expect([root.status, root.headers.get('location')]).toEqual([302, '/app/'])
})

test('what a person may see is not kept by caches', async () => {
  expect((await asha.request(me, {})).headers.get('cache-control')).toBe('no-store')
})
