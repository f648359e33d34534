import { authenticate, authenticated, authenticationError } from '@parley/protocol/auth'
import { createGroup } from '@parley/protocol/chats'
import { newMessage, sendMessage } from '@parley/protocol/messages'
import { serverClosing } from '@parley/protocol/operations'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, newPerson, type Person } from '../testing/client.ts'
import { startServer, type TestServer } from '../testing/server.ts'

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

test('long-polling gets the same, once and in order', async () => {
  const { chat } = await asha.ask(createGroup, { name: 'Polling' })
  const polling = await connect(server.url, { token: asha.token }, { transports: ['polling'], upgrade: false })
  for (let index = 0; index < 20; index++) await asha.ask(sendMessage, { chatId: chat.id, content: `m${index}` })
  const seqs: number[] = []
  while (seqs.length < 20) seqs.push((await polling.next(newMessage)).message.seq)
  expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
  polling.close()
})

test('a session that runs out takes its sockets with it', async () => {
  const brief = await startServer({ env: { JWT_EXPIRY: '1s', JWT_REFRESH_EXPIRY: '2s' } })
  const person = await newPerson(brief.url)
  const socket = await person.connect()
  expect(await socket.closed).toBe('io server disconnect')
  await brief.stop()
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
