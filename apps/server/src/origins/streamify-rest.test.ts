/** Requests as a client of Streamify makes them: fetch, at the addresses of its document. */
import { randomUUID } from 'node:crypto'
import { startPrivateChat } from '@parley/protocol/chats'
import { deleteMessage, newMessage, sendMessage } from '@parley/protocol/messages'
import { blockUser } from '@parley/protocol/users'
import { expect, test } from 'vitest'
import { cast } from '../testing/cast.ts'
import { newPerson } from '../testing/client.ts'
import { origins } from './origins.ts'

const { server, asha, ben, carla } = cast(async () => ({}))

interface Body {
  readonly [member: string]: unknown
  readonly message: Body
  readonly messages: Body[]
  readonly chat: Body
  readonly user: Body
}

async function call(path: string, { token, ...init }: RequestInit & { token?: string; json?: unknown } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...init.headers },
    ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

const post = (path: string, json: unknown, token?: string, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', json, headers, ...(token && { token }) })

/** A private chat of Asha and Ben, made as Streamify makes one. */
async function startChat(): Promise<string> {
  const { body } = await post('/chat/start', { userId: ben.id }, asha.token)
  return body.chat._id as string
}

test('signing up, logging in, who I am, changing that, logging out', async () => {
  const email = `${randomUUID()}@example.org`
  const password = 'Correct-horse-7'
  const signedUp = await post('/auth/signup', { name: 'Dora Example', email, password })
  expect(signedUp).toMatchObject({ status: 201, body: { success: true, user: { name: 'Dora Example', email }, token: expect.any(String) } })
  const loggedIn = await post('/auth/login', { email, password })
  expect(loggedIn).toMatchObject({ status: 200, body: { success: true, user: { _id: signedUp.body.user._id } } })
  const token = loggedIn.body.token as string
  expect(await call('/user/me', { token })).toMatchObject({ status: 200, body: { user: { _id: signedUp.body.user._id, email } } })
  const updated = await call('/user/update', { method: 'PUT', token, json: { name: 'Dora Other', theme: 'dark' } })
  expect(updated).toMatchObject({ status: 200, body: { user: { name: 'Dora Other', theme: 'dark' } } })
  expect(await post('/auth/logout', {}, token)).toMatchObject({ status: 200, body: { success: true } })
  expect(await call('/user/me', { token })).toMatchObject({ status: 401, body: { success: false, code: 'UNAUTHENTICATED' } })
})

test('a wrong password is refused as natively', async () => {
  const refused = await post('/auth/login', { username: asha.username, password: 'wrong' })
  expect(refused).toMatchObject({ status: 401, body: { success: false, code: 'INVALID_CREDENTIALS', message: expect.any(String) } })
})

test('a chat is the same whichever way it was started, and its last message has both shapes', async () => {
  const chatId = await startChat()
  const { chat } = await ben.ask(startPrivateChat, { userId: asha.id })
  expect(chat.id).toBe(chatId)
  const { message } = await ben.ask(sendMessage, { chatId, content: 'the last' })
  const { body } = await post('/chat/start', { userId: ben.id }, asha.token)
  const lastMessage = { _id: message.id, text: 'the last', messageType: 'text', fileUrl: null, content: message.content }
  expect(body.chat).toMatchObject({ _id: chatId, id: chatId, type: 'private', lastMessage })
})

test('a message sent is stored for everybody, and answered in Streamify’s shape', async () => {
  const chatId = await startChat()
  const device = await ben.connect()
  const forged = { senderId: carla.id, messageType: 'text', fileUrl: null, timestamp: 'now' }
  const { status, body } = await post('/message/send', { chatId, text: 'Grüß dich', ...forged }, asha.token)
  expect(status).toBe(201)
  const { message } = await device.next(newMessage)
  expect(message).toMatchObject({ senderId: asha.id, content: { type: 'text', text: 'Grüß dich' } })
  const shape = { text: 'Grüß dich', fileUrl: null, messageType: 'text' }
  expect(body).toEqual({ success: true, message: { ...message, _id: message.id, ...shape } })
  device.close()
})

test('the same Idempotency-Key sends nothing twice (E1)', async () => {
  const chatId = await startChat()
  const send = (text: string) => post('/message/send', { chatId, text }, asha.token, { 'idempotency-key': key })
  const key = randomUUID()
  const [first, again] = [await send('once'), await send('once')]
  expect(again.body.message._id).toBe(first.body.message._id)
  expect(await send('something else')).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } })
})

test('history comes by pages, and says which', async () => {
  const { chat } = await asha.ask(startPrivateChat, { userId: carla.id })
  for (const text of ['one', 'two', 'three', 'four', 'five']) await post('/message/send', { chatId: chat.id, text }, asha.token)
  const page = (query: string) => call(`/chat/${chat.id}/messages${query}`, { token: carla.token })
  const { status, body } = await page('?page=1&limit=2')
  expect(status).toBe(200)
  expect(body).toMatchObject({ success: true, page: 1, limit: 2, total: 5 })
  expect(body.messages.map(({ text }) => text)).toEqual(['four', 'five'])
  const [four] = body.messages
  const shape = { _id: four?.id, chatId: chat.id, senderId: asha.id, fileUrl: null, messageType: 'text', createdAt: expect.any(String) }
  expect(four).toMatchObject(shape)
  expect((await page('?page=3&limit=2')).body.messages.map(({ text }) => text)).toEqual(['one'])
  await asha.ask(deleteMessage, { messageId: four?.id as string, forEveryone: true })
  expect((await page('')).body.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three', null, 'five'])
})

test('the native paths keep the native shape', async () => {
  const chatId = await startChat()
  const native = await post('/api/messages', { chatId, content: 'native' }, asha.token)
  expect(native.body.message).not.toHaveProperty('text')
  const { body } = await call(`/api/chats/${chatId}/messages?limit=1`, { token: asha.token })
  expect(body.messages[0]).not.toHaveProperty('text')
  expect(await post('/api/messages', { chatId, text: 'x' }, asha.token)).toMatchObject({ status: 400 })
})

test.each([
  ['no text', {}, 'text'],
  ['a text that is empty', { text: ' ' }, 'text'],
  ['a text that is an object', { text: { $ne: '' } }, 'text'],
  ['NUL in a text', { text: 'a\u0000b' }, 'text'],
  ['two texts', { text: 'a', content: 'b' }, 'text'],
  ['a chat that is no id', { chatId: 'nonsense', text: 'a' }, 'chatId'],
  ['a file', { text: 'a', fileUrl: '/uploads/a.png' }, 'fileUrl'],
  ['another type', { text: 'a', messageType: 'image' }, 'messageType'],
])('%s is refused, and the field is named as the client knows it', async (_, members, field) => {
  const refused = await post('/message/send', { chatId: await startChat(), ...members }, asha.token)
  expect(refused).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_FAILED', errors: [{ field }] } })
})

test('strangers, the blocked and the anonymous are told what they are told natively (P3, P4)', async () => {
  const dora = await newPerson(server.url)
  const { body } = await post('/chat/start', { userId: dora.id }, asha.token)
  const chatId = body.chat._id as string
  const send = (token?: string) => post('/message/send', { chatId, text: 'let me in' }, token)
  expect(await send()).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  expect(await send(carla.token)).toMatchObject({ status: 404, body: { code: 'CHAT_NOT_FOUND' } })
  expect(await call(`/chat/${chatId}/messages`, { token: carla.token })).toMatchObject({ status: 404, body: { code: 'CHAT_NOT_FOUND' } })
  await dora.ask(blockUser, { userId: asha.id })
  expect(await send(asha.token)).toMatchObject({ status: 403, body: { code: 'NOT_REACHABLE' } })
})

test('the document that is served lists every address of another backend', async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, object>> }
  for (const { aliases } of origins) {
    for (const { method, path } of aliases) expect(paths[path.replace(/:(\w+)/g, '{$1}')]).toHaveProperty(method.toLowerCase())
  }
  expect(paths['/message/send']?.post).toMatchObject({
    requestBody: { content: { 'application/json': { schema: { properties: { text: {}, chatId: {} } } } } },
    responses: {
      201: { content: { 'application/json': { schema: { properties: { message: { $ref: '#/components/schemas/StreamifyMessage' } } } } } },
    },
  })
})
