import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { createClient, type EventName, type Events, memoryTokens, type Parley } from './client.ts'

let server: TestServer
const clients: Parley[] = []
let people = 0

beforeAll(async () => {
  server = await startServer()
})

afterEach(() => {
  for (const parley of clients.splice(0)) parley.close()
})

afterAll(() => server.stop())

const password = 'Correct-horse-1'

async function person() {
  const parley = createClient({ url: server.url })
  clients.push(parley)
  people += 1
  const username = `person-${people}`
  const { user } = await parley.auth.register({ username, email: `${username}@example.org`, password })
  return { parley, user, username }
}

const next = <Name extends EventName>(parley: Parley, name: Name): Promise<Events[Name]> =>
  new Promise((resolve) => {
    const off = parley.on(name, (payload) => {
      off()
      resolve(payload)
    })
  })

test('after a restart of the server the socket comes back, says so, and receives again', async () => {
  const [meera, tomas] = [await person(), await person()]
  const { chat } = await meera.parley.chats.startPrivateChat({ userId: tomas.user.id })
  await tomas.parley.connect()
  const lost = new Date().toISOString()
  const back = next(tomas.parley, 'reconnected')
  await server.restart()
  expect((await back).lostAt >= lost).toBe(true)
  expect(tomas.parley.connection).toBe('online')

  const received = next(tomas.parley, 'new_message')
  const { message } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'still there?' })
  expect((await received).message.id).toBe(message.id)
})

test('each client comes back no earlier than the closing server asked of it', async () => {
  const tokenStore = memoryTokens()
  const devices = Array.from({ length: 10 }, () => createClient({ url: server.url, tokenStore }))
  clients.push(...devices)
  await devices[0]?.auth.register({ username: 'many-devices', email: 'many-devices@example.org', password })
  await Promise.all(devices.map((device) => device.connect()))
  const returns = devices.map(async (device) => {
    const back = next(device, 'reconnected')
    const { reconnectInMs } = await next(device, 'server_closing')
    const asked = performance.now()
    await back
    // Timers may fire a fraction of a millisecond early.
    return performance.now() - asked - reconnectInMs > -2
  })
  await server.restart()
  expect(await Promise.all(returns)).toEqual(devices.map(() => true))
})

test('what is sent while the server restarts arrives, once (E1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const { chat } = await meera.parley.chats.startPrivateChat({ userId: tomas.user.id })
  await meera.parley.connect()
  const send = (content: string) => {
    const tempId = randomUUID()
    const attempt = () => meera.parley.messages.sendMessage({ chatId: chat.id, content, tempId })
    // A server may take longer to come back than a send waits; then the same one is sent again.
    return attempt().catch(async () => {
      await restarted
      return attempt()
    })
  }
  const restarted = server.restart()
  const sent = await Promise.all(['one', 'two', 'three'].map(send))
  await restarted
  const { messages } = await tomas.parley.messages.listMessages({ chatId: chat.id })
  expect(messages.map(({ id }) => id).toSorted()).toEqual(sent.map(({ message }) => message.id).toSorted())
})

test('connecting while the server is away fails at once, and succeeds by itself when it is back', async () => {
  const { parley } = await person()
  await parley.connect()
  const [lost, back] = [next(parley, 'connection'), next(parley, 'reconnected')]
  const restarted = server.restart()
  expect(await lost).toBe('connecting')
  await expect(parley.connect()).rejects.toMatchObject({ code: 'NETWORK', retryable: true })
  await restarted
  await back
  expect(parley.connection).toBe('online')
})

test('who logs in as somebody else hears as somebody else', async () => {
  const [meera, tomas] = [await person(), await person()]
  const { chat } = await meera.parley.chats.startPrivateChat({ userId: tomas.user.id })
  const parley = createClient({ url: server.url })
  clients.push(parley)
  await parley.auth.login({ username: meera.username, password })
  expect((await parley.connect()).user.username).toBe(meera.username)
  await parley.auth.login({ username: tomas.username, password })
  expect((await parley.connect()).user.username).toBe(tomas.username)
  const received = next(parley, 'new_message')
  const { message } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'hello, Tomas' })
  expect((await received).message.id).toBe(message.id)
})

test('a closed client stays closed, and opens again when told to', async () => {
  const { parley, username } = await person()
  await parley.connect()
  parley.close()
  await parley.auth.login({ username, password })
  parley.on('new_message', () => {})
  expect(parley.connection).toBe('offline')
  await parley.connect()
  expect(parley.connection).toBe('online')
})

test('closing while connecting is an error of its own for who waits', async () => {
  const { parley } = await person()
  const opened = parley.connect()
  parley.close()
  await expect(opened).rejects.toMatchObject({ code: 'CLOSED', retryable: false })
})
