import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { type Chat, createClient, type HistoryMessage, type Message, type OwnUser, type Parley, ParleyError } from './client.ts'

let server: TestServer
const clients: Parley[] = []
let people = 0

beforeAll(async () => {
  server = await startServer()
})

afterAll(async () => {
  for (const parley of clients) parley.close()
  await server.stop()
})

interface Person {
  readonly parley: Parley
  readonly user: OwnUser
  readonly username: string
  /** The method and path of every request made. */
  readonly requests: string[]
}

const password = 'Correct-horse-1'

/** `interfere` may lose or replace the answer to a request. */
async function person(interfere?: (request: string) => Response | undefined): Promise<Person> {
  const requests: string[] = []
  const parley = createClient({
    url: server.url,
    fetch: async (input, init) => {
      const request = `${init?.method} ${new URL(String(input)).pathname}`
      requests.push(request)
      const answer = await fetch(input, init)
      return interfere?.(request) ?? answer
    },
  })
  clients.push(parley)
  people += 1
  const username = `person-${people}`
  const { user } = await parley.auth.register({ username, email: `${username}@example.org`, password })
  return { parley, user, username, requests }
}

async function conversation(meera: Person, tomas: Person): Promise<Chat> {
  const { chat } = await meera.parley.chats.startPrivateChat({ userId: tomas.user.id })
  return chat
}

const failureOf = async (promise: Promise<unknown>): Promise<ParleyError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ParleyError)
  return error as ParleyError
}

test('five lines log in and send a message', async () => {
  const [meera, tomas] = [await person(), await person()]

  const parley = createClient({ url: server.url })
  await parley.auth.login({ username: meera.username, password })
  const { chat } = await parley.chats.startPrivateChat({ userId: tomas.user.id })
  const { message } = await parley.messages.sendMessage({ chatId: chat.id, content: 'Hello' })

  const { messages } = await tomas.parley.messages.listMessages({ chatId: chat.id })
  expect(messages).toMatchObject([{ id: message.id, content: { type: 'text', text: 'Hello' }, sender: { username: meera.username } }])
  expectTypeOf(message).toEqualTypeOf<Message>()
  expectTypeOf(messages).toEqualTypeOf<HistoryMessage[]>()
})

test('listening opens the socket by itself and receives what others send', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chat = await conversation(meera, tomas)
  const received = new Promise<Message>((resolve) => {
    tomas.parley.on('new_message', ({ message }) => {
      expectTypeOf(message).toEqualTypeOf<Message>()
      resolve(message)
    })
  })
  await new Promise<void>((resolve) => {
    tomas.parley.on('connection', (state) => state === 'online' && resolve())
  })
  const { message } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'Are you there?' })
  expect(message).toMatchObject(await received)
})

test('who stops listening hears no more', async () => {
  const { parley } = await person()
  const states: string[] = []
  const off = parley.on('connection', (state) => states.push(state))
  await parley.connect()
  off()
  parley.close()
  expect(states).toEqual(['connecting', 'online'])
  expect(parley.connection).toBe('offline')
})

test('connecting tells who one is', async () => {
  const { parley, user } = await person()
  const opened = await parley.connect()
  expect(opened.user.id).toBe(user.id)
  expect(await parley.connect()).toBe(opened)
})

test('connecting without being logged in is refused', async () => {
  const parley = createClient({ url: server.url })
  expect(await failureOf(parley.connect())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, retryable: false })
  expect(parley.connection).toBe('offline')
})

test('commands go over the socket while it is open, over REST when it is not', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chat = await conversation(meera, tomas)
  await meera.parley.connect()
  meera.requests.length = 0

  const { message } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'by socket' })
  await meera.parley.messages.editMessage({ messageId: message.id, content: 'edited by socket' })
  expect(meera.requests).toEqual([])

  meera.parley.close()
  const { message: second } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'by REST' })
  await meera.parley.messages.deleteMessage({ messageId: second.id })
  expect(meera.requests).toEqual(['POST /api/messages', `DELETE /api/messages/${second.id}`])

  const { messages } = await tomas.parley.messages.listMessages({ chatId: chat.id })
  expect(messages.map(({ content }) => content)).toEqual([{ type: 'text', text: 'edited by socket' }, null])
})

test('an error names the field, whichever way it came', async () => {
  const meera = await person()
  const wrong = { chatId: 'not an id', content: 'Hello' }
  const byRest = await failureOf(meera.parley.messages.sendMessage(wrong))
  await meera.parley.connect()
  const bySocket = await failureOf(meera.parley.messages.sendMessage(wrong))
  for (const error of [byRest, bySocket]) {
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', status: 400, retryable: false, errors: [{ field: 'chatId' }] })
  }
})

test('what another program answers is not taken for Parley', async () => {
  const parley = createClient({ url: `${server.url}/api/auth` })
  expect(await failureOf(parley.server.getConfig())).toMatchObject({ status: 404, retryable: false })
})

test('without a server, requests and connecting fail as NETWORK and may be tried again', async () => {
  const parley = createClient({ url: 'http://127.0.0.1:9', tokenStore: keptTokens() })
  clients.push(parley)
  expect(await failureOf(parley.server.health())).toMatchObject({ code: 'NETWORK', status: undefined, retryable: true })
  expect(await failureOf(parley.connect())).toMatchObject({ code: 'NETWORK', retryable: true })
  expect(parley.connection).toBe('connecting')
})

function keptTokens() {
  const tokens = { accessToken: 'an access token', refreshToken: 'a refresh token' }
  return { load: () => tokens, save: () => {}, clear: () => {} }
}

test('without an answer in time, a request fails as TIMEOUT', async () => {
  const parley = createClient({ url: server.url, timeoutMs: 20, fetch: (_, init) => waitForAbort(init?.signal) })
  expect(await failureOf(parley.server.health())).toMatchObject({ code: 'TIMEOUT', retryable: true })
})

const waitForAbort = (signal: AbortSignal | null | undefined) =>
  new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

test('a send whose answer was lost is tried again and sent once (E1)', async () => {
  let lost = 0
  const meera = await person((request) => {
    if (request !== 'POST /api/messages' || lost === 2) return undefined
    lost += 1
    throw new TypeError('the connection was cut after the request')
  })
  const tomas = await person()
  const chat = await conversation(meera, tomas)
  const { message } = await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'only once' })
  expect(meera.requests.filter((request) => request === 'POST /api/messages')).toHaveLength(3)
  const { messages } = await tomas.parley.messages.listMessages({ chatId: chat.id })
  expect(messages.map(({ id }) => id)).toEqual([message.id])
})

test('a send that an overloaded server puts off is tried again when the server said', async () => {
  const overloaded = { success: false, code: 'OVERLOADED', message: 'too busy', error: 'too busy', retryAfter: 1 }
  let putOffAt: number | undefined
  const meera = await person((request) => {
    if (request !== 'POST /api/messages' || putOffAt !== undefined) return undefined
    putOffAt = performance.now()
    return Response.json(overloaded, { status: 503 })
  })
  const chat = await conversation(meera, await person())
  await meera.parley.messages.sendMessage({ chatId: chat.id, content: 'when you have time' })
  expect(performance.now() - (putOffAt ?? Number.POSITIVE_INFINITY)).toBeGreaterThan(998)
})

test('a send that the server refuses is not tried again', async () => {
  const meera = await person()
  const { user } = await person()
  const error = await failureOf(meera.parley.messages.sendMessage({ chatId: user.id, content: 'to no chat' }))
  expect(error.code).toBe('CHAT_NOT_FOUND')
  expect(meera.requests.filter((request) => request === 'POST /api/messages')).toHaveLength(1)
})

test('who logs out is told so, and is nobody', async () => {
  const { parley } = await person()
  await parley.connect()
  const reasons: string[] = []
  parley.on('logged_out', ({ reason }) => reasons.push(reason))
  await parley.auth.logout()
  expect(reasons).toEqual(['logout'])
  expect(parley.connection).toBe('offline')
  expect(await parley.auth.checkSession()).toEqual({ user: null })
})
