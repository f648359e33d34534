import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnection } from 'node:net'
import { authenticate, authenticated, authenticationError } from '@parley/protocol/auth'
import { createGroup } from '@parley/protocol/chats'
import type { Failure } from '@parley/protocol/errors'
import { newMessage, sendMessage } from '@parley/protocol/messages'
import { serverClosing } from '@parley/protocol/operations'
import { typingStart, userTyping, watchPresence } from '@parley/protocol/presence'
import type { OwnUser } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Viewer } from '../core/call.ts'
import { AppError } from '../core/errors.ts'
import { createLog } from '../core/log.ts'
import { createMetrics } from '../core/metrics.ts'
import { connect, newPerson, type Person, type TestSocket } from '../testing/client.ts'
import { startServer, type TestServer } from '../testing/server.ts'
import { noLimits } from './limiter.ts'
import { type SocketDoors, SocketHub } from './socket.ts'

let server: TestServer
let asha: Person

beforeAll(async () => {
  server = await startServer()
  asha = await newPerson(server.url)
})
afterAll(() => server?.stop())

test('before it is authenticated a socket is refused everything else, and hears nothing', async () => {
  const { chat } = await asha.ask(createGroup, { name: 'Quiet' })
  const stranger = await connect(server.url, {})
  expect(await stranger.command(sendMessage, { chatId: chat.id, content: 'x' })).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
  await asha.ask(sendMessage, { chatId: chat.id, content: 'for members' })
  expect(await stranger.command(authenticate, { token: 'nonsense' })).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
  await stranger.next(authenticationError)
  expect(await stranger.command(authenticate, { token: asha.token })).toMatchObject({ success: true, user: { id: asha.id } })
  expect((await stranger.next(authenticated)).user.id).toBe(asha.id)
  expect(stranger.received.map(({ name }) => name)).toEqual(['authentication_error', 'authenticated'])
  stranger.close()
})

test('a socket that says nothing is closed after 10 s', async () => {
  const silent = await connect(server.url, {})
  const since = performance.now()
  await silent.closed
  expect(performance.now() - since).toBeGreaterThan(8000)
  expect(silent.received.map(({ name }) => name)).toEqual(['authentication_error'])
})

test('behind a proxy that is trusted every client is counted by an address of its own', async () => {
  const limited = await startServer({ env: { RATE_LIMITS: 'on', TRUST_PROXY: '1' } })
  onTestFinished(() => limited.stop())
  const from = (address: string) => connect(limited.url, {}, { extraHeaders: { 'x-forwarded-for': `203.0.113.9, ${address}` } })
  const codeOf = async (socket: TestSocket) => ((await socket.command(authenticate, { token: 'nonsense' })) as Failure).code
  const [busy, same, other] = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]
  for (let tries = 0; tries < authenticate.rate.points; tries++) expect(await codeOf(busy)).toBe('UNAUTHENTICATED')
  expect([await codeOf(busy), await codeOf(same), await codeOf(other)]).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'UNAUTHENTICATED'])
  for (const socket of [busy, same, other]) socket.close()
})

test('commands are limited, malformed ones too', async () => {
  const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
  onTestFinished(() => limited.stop())
  const socket = await (await newPerson(limited.url)).connect()
  const codeOf = async (input: object) => ((await socket.command(typingStart, input)) as Failure).code
  for (let tries = 0; tries < typingStart.rate.points; tries++) expect(await codeOf({})).toBe('VALIDATION_FAILED')
  expect(await codeOf({ chatId: randomUUID() })).toBe('RATE_LIMITED')
  socket.close()
})

test('long-polling gets the same, once and in order', async () => {
  const { chat } = await asha.ask(createGroup, { name: 'Polling' })
  const polling = await connect(server.url, { token: asha.token }, { transports: ['polling'], upgrade: false })
  for (let index = 0; index < 20; index++) await asha.ask(sendMessage, { chatId: chat.id, content: `m${index}` })
  const seqs: number[] = []
  while (seqs.length < 20) seqs.push((await polling.next(newMessage)).message.seq)
  expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
  polling.close()
})

test('a connection that comes back is a new one: its session is checked again, and nothing was kept for it (C3)', async () => {
  const { chat } = await asha.ask(createGroup, { name: 'Recovery' })
  const say = async (content: string) => (await asha.ask(sendMessage, { chatId: chat.id, content })).message.id
  const device = await asha.connect()
  const hears = (id: string) => device.next(newMessage, ({ message }) => message.id === id)
  await hears(await say('before'))
  device.socket.io.engine.close()
  await device.closed
  const missed = await say('while it was away')
  device.socket.connect()
  await device.next(authenticated)
  await device.next(authenticated)
  expect(device.socket.recovered).not.toBe(true)
  await hears(await say('afterwards'))
  expect(JSON.stringify(device.received)).not.toContain(missed)
  device.close()
})

test('a session that runs out takes its sockets with it', async () => {
  const brief = await startServer({ env: { JWT_EXPIRY: '1s', JWT_REFRESH_EXPIRY: '2s' } })
  const person = await newPerson(brief.url)
  const socket = await person.connect()
  expect(await socket.closed).toBe('io server disconnect')
  await brief.stop()
})

test('when the server goes down, every command that it took is answered first (B3)', async () => {
  const closing = await startServer()
  const person = await newPerson(closing.url)
  const { chat } = await person.ask(createGroup, { name: 'Last words' })
  const { message } = await person.ask(sendMessage, { chatId: chat.id, content: 'first' })
  const socket = await person.connect()
  await socket.next(authenticated)
  const answers: unknown[] = []
  for (let count = 0; count < 50; count++) {
    socket.socket.emit(sendMessage.name, { chatId: chat.id, content: 'late', replyTo: message.id }, (answer: unknown) =>
      answers.push(answer),
    )
  }
  // Answered after all that was sent before it, so the server has taken them.
  await socket.command(watchPresence, { userIds: [] })
  await closing.stop()
  await socket.closed
  expect(answers).toHaveLength(50)
})

test('when the server goes down, clients hear when to come back (B3)', async () => {
  const closing = await startServer()
  const person = await newPerson(closing.url)
  const socket = await person.connect()
  await closing.stop()
  const { reconnectInMs } = await socket.next(serverClosing)
  expect(reconnectInMs).toBeGreaterThanOrEqual(0)
  expect(reconnectInMs).toBeLessThanOrEqual(3000)
})

const viewer: Viewer = { userId: randomUUID(), sessionId: randomUUID(), role: 'user' }

/** A hub alone, whose doors are as they are between one moment and the next. */
async function hubWith(doors: Partial<SocketDoors>, cluster = { writable: true }) {
  const http = createServer()
  const origins = { allowed: [], publicUrl: null }
  const families = { all: [], pages: new Map() }
  const hub = new SocketHub({ trustProxy: false, origins, families, maxPacketBytes: 1_000_000, authenticationMs: 10_000, cluster })
  const attendance = { arrived: () => {}, left: () => {} }
  const always = { authenticate: async () => viewer, stillValid: async () => true, describe: async () => null, attendance }
  const log = createLog({ level: 'silent', pretty: false })
  hub.mount([], { log, metrics: createMetrics(), limiter: noLimits, strictAnswers: true, ...always, ...doors })
  hub.attach(http)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await hub.close(0)
  })
  return { hub, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

describe('a socket that is let in while something happens', () => {
  test.each([
    ['in its handshake', { token: 'good' }],
    ['by a command', {}],
  ])('hears nothing if its session is revoked meanwhile, authenticated %s (P2)', async (_, auth) => {
    const { hub, url } = await hubWith({ stillValid: async () => false })
    const socket = await connect(url, auth)
    socket.socket.emit(authenticate.name, { token: 'good' })
    expect(await socket.closed).toBe('io server disconnect')
    expect(hub.sessionIds()).toEqual([])
    expect(socket.received[0]?.name).toBe(authenticationError.name)
  })

  test('is not told that its session is bad when the database is away, and may come back', async () => {
    const away = async () => {
      throw new AppError('UNAVAILABLE')
    }
    const { url } = await hubWith({ describe: away })
    const socket = await connect(url, { token: 'good' })
    expect(await socket.closed).toBe('transport close')
    expect(socket.received).toEqual([])
  })
})

test('a client that does not read is cut off, and others of the same person are not (B1)', async () => {
  const { hub, url } = await hubWith({ describe: async () => ({}) as OwnUser })
  const [stalled, reading] = await Promise.all([connect(url, { token: 'good' }), connect(url, { token: 'good' })])
  await Promise.all([stalled.next(authenticated), reading.next(authenticated)])
  const { ws } = stalled.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }
  ws.pause()
  for (let megabytes = 0; megabytes < 64 && hub.size > 1; megabytes++) {
    hub.toUsers([viewer.userId], userTyping, {
      chatId: viewer.userId,
      userId: viewer.userId,
      username: 'x'.repeat(1024 * 1024),
      isTyping: true,
    })
    await reading.next(userTyping)
  }
  expect(hub.size).toBe(1)
  expect(reading.socket.connected).toBe(true)
  ws.resume()
  await stalled.closed
  reading.close()
})

test('a client that leaves and comes back over the same connection is known by its first request', async () => {
  const tokens: string[] = []
  const authenticate = async (token: string) => {
    tokens.push(token)
    return viewer
  }
  const { url } = await hubWith({ authenticate, describe: async () => ({}) as OwnUser })
  const polling = (query: string) => `${url}/socket.io/?EIO=4&transport=polling${query}`
  const opened = await (await fetch(polling(''), { headers: { authorization: 'Bearer good' } })).text()
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
  const say = (body: string) => fetch(polling(`&sid=${sid}`), { method: 'POST', body })
  const hear = async () => (await fetch(polling(`&sid=${sid}`))).text()
  for (let time = 1; time <= 2; time++) {
    await say('40')
    let heard = ''
    while (!heard.includes(authenticated.name)) heard += await hear()
    await say('41')
  }
  expect(tokens).toEqual(['good', 'good'])
})

test('a client that no longer asks for what waits for it is cut off (B1)', async () => {
  const { hub, url } = await hubWith({ describe: async () => ({}) as OwnUser })
  const polling = (query: string) => `${url}/socket.io/?EIO=4&transport=polling${query}`
  const opened = await (await fetch(polling(''))).text()
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
  await fetch(polling(`&sid=${sid}`), { method: 'POST', body: '40{"token":"good"}' })
  await expect.poll(() => hub.isHere(viewer.userId)).toBe(true)
  const username = 'x'.repeat(1024 * 1024)
  const tell = () => hub.toUsers([viewer.userId], userTyping, { chatId: viewer.userId, userId: viewer.userId, username, isTyping: true })
  for (let megabytes = 0; megabytes < 64 && hub.size > 0; megabytes++) tell()
  expect(hub.size).toBe(0)
})

test('a request that never ends does not keep the server from going down (B3)', async () => {
  const closing = await startServer()
  const { hostname, port } = new URL(closing.url)
  const connection = createConnection(Number(port), hostname)
  await once(connection, 'connect')
  connection.write('POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
  // Another request's answer shows that the first one has begun.
  await newPerson(closing.url)
  const cut = once(connection, 'close')
  await closing.stop()
  await cut
})

test('a process whose lease has run out writes no event to its sockets (P2)', async () => {
  const cluster = { writable: false }
  const user = { id: viewer.userId } as OwnUser
  const { hub, url } = await hubWith({ describe: async () => user }, cluster)
  const socket = await connect(url, { token: 'any' })
  await socket.next(authenticated)
  const closing = { reconnectInMs: 1 }
  hub.toUsers([viewer.userId], serverClosing, closing)
  hub.toSessions([viewer.sessionId], serverClosing, closing)
  cluster.writable = true
  hub.toUsers([viewer.userId], serverClosing, { reconnectInMs: 2 })
  expect(await socket.next(serverClosing)).toEqual({ reconnectInMs: 2 })
})
