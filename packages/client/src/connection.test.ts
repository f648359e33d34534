import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { createClient, type EventName, type Events, type Parley } from './client.ts'

let server: TestServer
const clients: Parley[] = []

beforeEach(async () => {
  server = await startServer()
})

afterEach(async () => {
  for (const parley of clients.splice(0)) parley.close()
  await server.stop()
})

const password = 'Correct-horse-1'

async function person(username: string) {
  const parley = createClient({ url: server.url })
  clients.push(parley)
  const { user } = await parley.auth.register({ username, email: `${username}@example.org`, password })
  return { parley, user }
}

const next = <Name extends EventName>(parley: Parley, name: Name): Promise<Events[Name]> =>
  new Promise((resolve) => {
    const off = parley.on(name, (payload) => {
      off()
      resolve(payload)
    })
  })

test('after a restart of the server the socket comes back, says so, and receives again', async () => {
  const [asha, ravi] = [await person('asha'), await person('ravi')]
  const { chat } = await asha.parley.chats.startPrivateChat({ userId: ravi.user.id })
  await ravi.parley.connect()
  const lost = new Date().toISOString()
  const back = next(ravi.parley, 'reconnected')
  await server.restart()
  expect((await back).lostAt >= lost).toBe(true)
  expect(ravi.parley.connection).toBe('online')

  const received = next(ravi.parley, 'new_message')
  const { message } = await asha.parley.messages.sendMessage({ chatId: chat.id, content: 'still there?' })
  expect((await received).message).toEqual(message)
})

test('a client comes back no earlier than a closing server asks', async () => {
  const { parley } = await person('asha')
  await parley.connect()
  let asked = Number.POSITIVE_INFINITY
  let closing = 0
  parley.on('server_closing', ({ reconnectInMs }) => {
    asked = reconnectInMs
    closing = performance.now()
  })
  const back = next(parley, 'reconnected')
  await server.restart()
  await back
  expect(performance.now() - closing).toBeGreaterThanOrEqual(asked - 1)
})

test('what is sent while the server restarts arrives, once (E1)', async () => {
  const [asha, ravi] = [await person('asha'), await person('ravi')]
  const { chat } = await asha.parley.chats.startPrivateChat({ userId: ravi.user.id })
  await asha.parley.connect()
  const restarted = server.restart()
  const sent = await Promise.all(['one', 'two', 'three'].map((content) => asha.parley.messages.sendMessage({ chatId: chat.id, content })))
  await restarted
  const { messages } = await ravi.parley.messages.listMessages({ chatId: chat.id })
  expect(messages.map(({ id }) => id).toSorted()).toEqual(sent.map(({ message }) => message.id).toSorted())
})

test('connecting while the server is away fails at once, and succeeds by itself when it is back', async () => {
  const { parley } = await person('asha')
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
  const [asha, ravi] = [await person('asha'), await person('ravi')]
  const { chat } = await asha.parley.chats.startPrivateChat({ userId: ravi.user.id })
  const parley = createClient({ url: server.url })
  clients.push(parley)
  await parley.auth.login({ username: 'asha', password })
  expect((await parley.connect()).user.username).toBe('asha')
  await parley.auth.login({ username: 'ravi', password })
  expect((await parley.connect()).user.username).toBe('ravi')
  const received = next(parley, 'new_message')
  const { message } = await asha.parley.messages.sendMessage({ chatId: chat.id, content: 'hello, Ravi' })
  expect((await received).message.id).toBe(message.id)
})

test('a closed client stays closed, and opens again when told to', async () => {
  const { parley } = await person('asha')
  await parley.connect()
  parley.close()
  await parley.auth.login({ username: 'asha', password })
  parley.on('new_message', () => {})
  expect(parley.connection).toBe('offline')
  await parley.connect()
  expect(parley.connection).toBe('online')
})

test('closing while connecting is an error of its own for who waits', async () => {
  const { parley } = await person('asha')
  const opened = parley.connect()
  parley.close()
  await expect(opened).rejects.toMatchObject({ code: 'CLOSED', retryable: false })
})
