import { register } from '@parley/protocol/auth'
import { devOutbox, getConfig, health, live, metrics, ready } from '@parley/protocol/operations'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, request } from '../../testing/client.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ env: { METRICS_TOKEN: 'a-token-of-the-operator' } })
})
afterAll(() => server?.stop())

test('health tells version and uptime, livez nothing, readyz what it asked', async () => {
  expect(await ask(server.url, health, {})).toMatchObject({
    success: true,
    version: expect.stringMatching(/^\d/),
    uptime: expect.any(Number),
  })
  expect(await ask(server.url, live, {})).toEqual({ success: true })
  expect(await ask(server.url, ready, {})).toMatchObject({ checks: { database: 'ok', bus: 'ok' }, eventLoopLagMs: expect.any(Number) })
})

test('a client learns what it needs to know before it logs in', async () => {
  const { config } = await ask(server.url, getConfig, {})
  expect(config).toMatchObject({ loginMethods: ['password'], password: { minLength: 8, classes: 4 }, limits: { messageLength: 10_000 } })
})

describe('metrics', () => {
  test('are Prometheus text, with the operations answered so far', async () => {
    await ask(server.url, health, {})
    const { status, headers, body } = await request(server.url, metrics, {})
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/plain')
    expect((body as unknown as { text: string }).text).toMatch(/parley_operation_seconds_count\{operation="health",outcome="ok"\} \d+/)
  })

  test('are for the machine itself, or for who has the token', async () => {
    const proxied = { 'x-forwarded-for': '203.0.113.9' }
    expect((await request(server.url, metrics, {}, { headers: proxied })).status).toBe(403)
    expect((await request(server.url, metrics, {}, { headers: proxied, token: 'a-guess' })).status).toBe(403)
    expect((await request(server.url, metrics, {}, { headers: proxied, token: 'a-token-of-the-operator' })).status).toBe(200)
  })
})

describe('the outbox', () => {
  const someone = async (name: string) => {
    const email = `${name}@example.org`
    await ask(server.url, register, { email, username: name, password: 'Correct-horse-7' })
    for (;;) {
      const { messages } = await ask(server.url, devOutbox, { to: email })
      if (messages.length > 0) return { email, messages }
    }
  }

  test('holds what would have been mailed, the newest first, filtered by recipient', async () => {
    const { email, messages } = await someone('outboxed')
    expect(messages).toEqual([
      expect.objectContaining({
        channel: 'mail',
        to: email,
        subject: expect.any(String),
        text: expect.any(String),
        createdAt: expect.any(String),
      }),
    ])
    expect((await ask(server.url, devOutbox, { to: 'nobody@example.org' })).messages).toEqual([])
    expect((await ask(server.url, devOutbox, {})).messages.length).toBeGreaterThan(0)
  })

  test('is a page for browsers, in which text stays text', async () => {
    const response = await fetch(`${server.url}/dev/outbox?to=%3Cscript%3Ealert(1)%3C%2Fscript%3E`, { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toContain('text/html')
    const html = await response.text()
    expect(html).toContain('Nothing here yet')
    expect(html).not.toContain('<script>')
  })

  test.each([
    ['through a proxy', { 'x-forwarded-for': '127.0.0.1' }],
    ['under another name', { host: 'rebound.example' }],
  ])('is absent %s', async (_, headers) => {
    const { hostname, port } = new URL(server.url)
    const { request: send } = await import('node:http')
    const status = await new Promise((resolve, reject) => {
      send({ hostname, port, path: '/dev/outbox', headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(404)
  })

  test('does not exist in production', async () => {
    const secret = 'Zq4vN8sL1xT6bY3mK9wR5dH2gJ7cF0pA'
    const production = await startServer({
      env: {
        ...{ NODE_ENV: 'production', HOST: '127.0.0.1', RATE_LIMITS: 'on', BCRYPT_ROUNDS: '10' },
        ...{ JWT_SECRET: secret, JWT_REFRESH_SECRET: secret.split('').reverse().join('') },
      },
    })
    expect((await request(production.url, devOutbox, {})).status).toBe(404)
    await production.stop()
  })
})
