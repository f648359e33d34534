/** Sockets as a client of Streamify opens them: socket.io-client, with the events of its document. */
import { logout } from '@parley/protocol/auth'
import { createGroup, removeMember, startPrivateChat } from '@parley/protocol/chats'
import { event } from '@parley/protocol/define'
import { addReaction, editMessage, messageEdited, newMessage, sendMessage } from '@parley/protocol/messages'
import { typingStart, typingStop, userTyping } from '@parley/protocol/presence'
import { blockUser } from '@parley/protocol/users'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { connect, newPerson, type Person, type TestSocket } from '../testing/client.ts'
import { startServer, type TestServer } from '../testing/server.ts'
import { describeTwoServers } from '../testing/two-servers.ts'

const told = <P extends z.ZodType>(name: string, payload: P) => event(name, { summary: 'As Streamify’s document has it', payload })
const received = told('message:receive', z.looseObject({ _id: z.string(), chatId: z.string(), senderId: z.string(), text: z.string() }))
const typing = { start: told('typing:start', z.looseObject({})), stop: told('typing:stop', z.looseObject({})) }
const user = { online: told('user:online', z.looseObject({})), offline: told('user:offline', z.looseObject({})) }
const authenticated = told('authenticated', z.looseObject({ user: z.looseObject({}) }))
const failed = told('message_error', z.looseObject({}))
const page = 'https://old.example'

interface Answer {
  readonly success: boolean
  readonly message: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

let server: TestServer
let asha: Person
let ben: Person
const open: TestSocket[] = []

beforeAll(async () => {
  server = await startServer({ env: { ORIGINS: `${page}=streamify` } })
})
beforeEach(async () => {
  ;[asha, ben] = await Promise.all([newPerson(server.url), newPerson(server.url)])
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.close()
})
afterAll(() => server?.stop())

/** A socket of somebody's that was let in. */
async function enter(auth: Record<string, unknown>, options: Record<string, unknown> = {}, url = server.url): Promise<TestSocket> {
  const socket = await connect(url, { protocol: undefined, ...auth }, options)
  open.push(socket)
  if (auth.token !== undefined) await socket.next(authenticated)
  return socket
}

const streamify = ({ token }: Person, options: Record<string, unknown> = {}) => enter({ origin: 'streamify', token }, options)
const native = ({ token }: Person) => enter({ protocol: 1, token })
const say = (socket: TestSocket, name: string, input: unknown): Promise<Answer> => socket.socket.timeout(10_000).emitWithAck(name, input)
const startChat = async (one: Person, other: Person) => (await one.ask(startPrivateChat, { userId: other.id })).chat.id
const namesOf = (socket: TestSocket) => socket.received.map(({ name }) => name)
const texts = (socket: TestSocket) =>
  socket.received.filter(({ name }) => name === received.name).map(({ payload }) => (payload as { text: string }).text)

/** Everything said before has arrived once this has. */
async function hearsLast(socket: TestSocket, person: Person, chatId: string): Promise<void> {
  const { message } = await person.ask(sendMessage, { chatId, content: 'the last word' })
  await socket.next(received, ({ _id }) => _id === message.id)
}

describe('messages', () => {
  test.each([
    ['a websocket', { transports: ['websocket'] }],
    ['long-polling', { transports: ['polling'], upgrade: false }],
  ])('over %s a native and a Streamify client hear each other once, in order, each in its own shape', async (_, options) => {
    const chatId = await startChat(asha, ben)
    const [hers, his] = [await native(asha), await streamify(ben, options)]
    for (let round = 0; round < 10; round++) {
      await hers.command(sendMessage, { chatId, content: `native ${round}` })
      expect(await say(his, 'message:send', { chatId, text: `streamify ${round}` })).toMatchObject({ success: true })
    }
    const all = Array.from({ length: 10 }, (__, round) => [`native ${round}`, `streamify ${round}`]).flat()
    await hearsLast(his, asha, chatId)
    await hers.next(newMessage, ({ message }) => message.content?.text === 'the last word')
    expect(texts(his)).toEqual([...all, 'the last word'])
    const heard = hers.received.filter(({ name }) => name === newMessage.name).map(({ payload }) => payload as { message: { seq: number } })
    expect(heard).toMatchObject(
      [...all, 'the last word'].map((text, index) => ({ message: { content: { type: 'text', text }, seq: index + 2 } })),
    )
    expect(new Set(namesOf(his))).toEqual(new Set(['authenticated', 'user:online', 'message:receive']))
    expect(namesOf(hers).filter((name) => name.includes(':'))).toEqual([])
  })

  test('the acknowledgement and the event are Streamify’s shape, and tell an id of the client’s own back', async () => {
    const chatId = await startChat(asha, ben)
    const [his, other] = [await streamify(ben), await native(asha)]
    const answer = await say(his, 'message:send', { chatId, text: 'Hallo', senderId: asha.id, tempId: 'temp-id', fileUrl: '' })
    const { message } = await other.next(newMessage)
    const shape = { ...message, _id: message.id, senderId: ben.id, text: 'Hallo', fileUrl: null, messageType: 'text' }
    expect(answer).toEqual({ success: true, message: shape, tempId: 'temp-id' })
    expect(await his.next(received)).toEqual(shape)
  })

  test('what fails without a callback is told as message_error, with the client’s own id', async () => {
    const his = await streamify(ben)
    his.socket.emit('message:send', { chatId: asha.id, text: 'to nobody', tempId: 'temp-7' })
    expect(await his.next(failed)).toMatchObject({ tempId: 'temp-7', code: 'CHAT_NOT_FOUND', message: expect.any(String) })
    his.socket.emit('typing:start', { chatId: asha.id })
    expect(await his.next(told('error', z.looseObject({})))).toMatchObject({ success: false, code: 'CHAT_NOT_FOUND' })
  })

  test('what Streamify has no words for is not told, and leaves the order as it is', async () => {
    const chatId = await startChat(asha, ben)
    const [his, hers] = [await streamify(ben), await native(asha)]
    const { message } = await asha.ask(sendMessage, { chatId, content: 'first' })
    await asha.ask(editMessage, { messageId: message.id, content: 'better' })
    await ben.ask(addReaction, { messageId: message.id, emoji: '👍' })
    await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })
    await hers.next(messageEdited)
    await hearsLast(his, asha, chatId)
    expect(namesOf(his).filter((name) => name !== 'user:online')).toEqual(['authenticated', 'message:receive', 'message:receive'])
  })

  test.each([
    ['no text', {}, 'text'],
    ['a text of white space', { text: ' \n' }, 'text'],
    ['NUL in a text', { text: 'a\u0000' }, 'text'],
    ['a text that is too long', { text: 'x'.repeat(10_001) }, 'text'],
    ['a chat that is no id', { text: 'a', chatId: { $ne: null } }, 'chatId'],
    ['a file', { text: 'a', fileUrl: '/uploads/a.png' }, 'fileUrl'],
    ['another type', { text: 'a', messageType: 'image' }, 'messageType'],
  ])('%s is refused by the name that the client knows', async (_, members, field) => {
    const his = await streamify(ben)
    const answer = await say(his, 'message:send', { chatId: asha.id, ...members })
    expect(answer).toMatchObject({ success: false, code: 'VALIDATION_FAILED', errors: [{ field }] })
  })

  test('nothing that a client may send is a failure of ours', async () => {
    const his = await streamify(ben)
    const chatId = await startChat(asha, ben)
    const hostile = [null, 42, true, 'text', [], [{}], {}, { chatId }, { __proto__: null, chatId, text: { toString: 1 } }, Buffer.from('x')]
    for (const name of ['message:send', 'typing:start', 'typing:stop']) {
      for (const input of [...hostile, ...hostile.map((tempId) => ({ chatId, text: 7, tempId }))]) {
        const answer = await say(his, name, input)
        if (!answer.success) expect(answer.code, JSON.stringify(input)).toBe('VALIDATION_FAILED')
      }
    }
    for (const name of ['message:nothing', 'constructor', '__proto__', 'send_message', 'watch_presence']) {
      expect(await say(his, name, {})).toMatchObject({
        success: false,
        code: 'UNKNOWN_COMMAND',
        message: expect.stringContaining('message:send'),
      })
    }
    expect(his.socket.connected).toBe(true)
  })
})

describe('a client’s own id', () => {
  const payload = (chatId: string) => ({ chatId, text: 'ok', tempId: 'temp-id' })

  test('repeated on a new connection with the same words sends nothing twice (E1)', async () => {
    const chatId = await startChat(asha, ben)
    const first = await streamify(ben)
    const { message } = await say(first, 'message:send', payload(chatId))
    first.close()
    const second = await streamify(ben)
    expect((await say(second, 'message:send', payload(chatId))).message._id).toBe(message._id)
    expect((await say(second, 'message:send', { ...payload(chatId), text: 'other' })).message._id).not.toBe(message._id)
    await hearsLast(second, asha, chatId)
    expect(texts(second)).toEqual(['other', 'the last word'])
  })

  test('repeated on the same connection is another message: it may be the same for all of them (E1)', async () => {
    const chatId = await startChat(asha, ben)
    const his = await streamify(ben)
    const [one, two] = [await say(his, 'message:send', payload(chatId)), await say(his, 'message:send', payload(chatId))]
    expect(two.message._id).not.toBe(one.message._id)
  })
})

describe('who may', () => {
  test('a removed member hears nothing more, and may not say anything (P2)', async () => {
    const { chat } = await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })
    const other = await startChat(asha, ben)
    const his = await streamify(ben)
    await asha.ask(sendMessage, { chatId: chat.id, content: 'to him too' })
    expect((await his.next(received)).text).toBe('to him too')
    await asha.ask(removeMember, { chatId: chat.id, userId: ben.id })
    await asha.ask(sendMessage, { chatId: chat.id, content: 'without him' })
    await hearsLast(his, asha, other)
    expect(texts(his)).toEqual(['to him too', 'the last word'])
    for (const [name, input] of [
      ['message:send', { text: 'still here' }],
      ['typing:start', {}],
    ] as const) {
      expect(await say(his, name, { chatId: chat.id, ...input })).toMatchObject({ success: false, code: 'CHAT_NOT_FOUND' })
    }
  })

  test('somebody blocked reaches nobody, and sees nobody come (P4)', async () => {
    const chatId = await startChat(asha, ben)
    await asha.ask(blockUser, { userId: ben.id })
    const hers = await streamify(asha)
    const his = await streamify(ben)
    expect(await say(his, 'message:send', { chatId, text: 'let me in' })).toMatchObject({ success: false, code: 'NOT_REACHABLE' })
    expect(await say(his, 'typing:start', { chatId })).toMatchObject({ success: true })
    const third = await newPerson(server.url)
    await Promise.all([hearsLast(hers, third, await startChat(third, asha)), hearsLast(his, third, await startChat(third, ben))])
    expect(texts(hers)).toEqual(['the last word'])
    expect(namesOf(hers)).not.toContain('typing:start')
    expect(namesOf(his)).not.toContain('user:online')
  })

  test('without a session everything is refused, and the socket of one that ended is closed (P2)', async () => {
    const chatId = await startChat(asha, ben)
    const stranger = await enter({ origin: 'streamify' })
    expect(await say(stranger, 'message:send', { chatId, text: 'x' })).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
    expect(await say(stranger, 'authenticate', { token: 'nonsense' })).toMatchObject({ success: false, code: 'UNAUTHENTICATED' })
    await stranger.next(told('authentication_error', z.looseObject({})))
    expect(await say(stranger, 'authenticate', { token: ben.token })).toMatchObject({ success: true, user: { _id: ben.id } })
    expect(await stranger.next(authenticated)).toMatchObject({ user: { _id: ben.id } })
    await hearsLast(stranger, asha, chatId)
    await ben.ask(logout, {})
    expect(await stranger.closed).toBe('io server disconnect')
  })

  test('message:send counts as send_message does, malformed ones too', async () => {
    const limited = await startServer({ env: { RATE_LIMITS: 'on' } })
    onTestFinished(() => limited.stop())
    const person = await newPerson(limited.url)
    const socket = await enter({ origin: 'streamify', token: person.token }, {}, limited.url)
    const half = sendMessage.rate.points / 2
    for (let tries = 0; tries < half; tries++) expect((await say(socket, 'message:send', {})).code).toBe('VALIDATION_FAILED')
    const other = await enter({ protocol: 1, token: person.token }, {}, limited.url)
    for (let tries = 0; tries < half; tries++) await other.command(sendMessage, {})
    expect(await say(socket, 'message:send', {})).toMatchObject({ success: false, code: 'RATE_LIMITED', retryAfter: expect.any(Number) })
  })
})

describe('who is there', () => {
  test('is told of the others in private chats: who is there already, who comes, who goes (S3)', async () => {
    const [carla, dora] = await Promise.all([newPerson(server.url), newPerson(server.url)])
    await Promise.all([startChat(asha, ben), startChat(asha, carla), asha.ask(createGroup, { name: 'Group', memberIds: [dora.id] })])
    const [first] = [await native(ben), await native(dora)]
    const hers = await streamify(asha)
    expect(await hers.next(user.online)).toEqual({ userId: ben.id })
    await streamify(carla)
    expect(await hers.next(user.online)).toEqual({ userId: carla.id })
    first.close()
    expect(await hers.next(user.offline)).toEqual({ userId: ben.id })
    expect(namesOf(hers).filter((name) => name.startsWith('user:'))).toHaveLength(3)
  })

  test('typing goes both ways', async () => {
    const chatId = await startChat(asha, ben)
    const [hers, his] = [await native(asha), await streamify(ben)]
    expect(await say(his, 'typing:start', { chatId })).toEqual({ success: true })
    expect(await hers.next(userTyping)).toMatchObject({ chatId, userId: ben.id, isTyping: true })
    await say(his, 'typing:stop', { chatId })
    expect(await hers.next(userTyping)).toMatchObject({ chatId, userId: ben.id, isTyping: false })
    await hers.command(typingStart, { chatId })
    expect(await his.next(typing.start)).toEqual({ chatId, userId: asha.id })
    await hers.command(typingStop, { chatId })
    expect(await his.next(typing.stop)).toEqual({ chatId, userId: asha.id })
    expect(namesOf(his).filter((name) => name.startsWith('typing:'))).toEqual(['typing:start', 'typing:stop'])
  })
})

describe('whose client it is', () => {
  const isStreamify = async (socket: TestSocket, chatId: string) => {
    const { message } = await asha.ask(sendMessage, { chatId, content: 'who are you?' })
    await socket.next(received, ({ _id }) => _id === message.id)
    expect(namesOf(socket)).not.toContain(newMessage.name)
  }

  test.each([
    ['in the handshake', { origin: 'streamify' }, {}],
    ['as a query parameter', {}, { query: { origin: 'streamify' } }],
    ['by the address of its page', {}, { extraHeaders: { origin: page } }],
  ])('may be said %s', async (_, auth, options) => {
    const chatId = await startChat(asha, ben)
    await isStreamify(await enter({ token: ben.token, ...auth }, options), chatId)
  })

  test('a page of that address that says it is native is native', async () => {
    const chatId = await startChat(asha, ben)
    const socket = await enter({ protocol: 1, token: ben.token }, { extraHeaders: { origin: page } })
    await asha.ask(sendMessage, { chatId, content: 'native' })
    await socket.next(newMessage)
    expect(namesOf(socket)).not.toContain(received.name)
    expect(await say(socket, 'message:send', { chatId, text: 'x' })).toMatchObject({ success: false, code: 'UNKNOWN_COMMAND' })
  })

  test('whoever says nothing is native, until a word tells', async () => {
    const chatId = await startChat(asha, ben)
    await native(asha)
    const socket = await enter({ token: ben.token }, { extraHeaders: { origin: 'https://another.example' } })
    await asha.ask(sendMessage, { chatId, content: 'before' })
    await socket.next(newMessage)
    expect(await say(socket, 'message:send', { chatId, text: 'it is me' })).toMatchObject({ success: true, message: { text: 'it is me' } })
    expect((await socket.next(received)).text).toBe('it is me')
    expect(await socket.next(user.online)).toEqual({ userId: asha.id })
    await asha.ask(sendMessage, { chatId, content: 'after' })
    expect((await socket.next(received)).text).toBe('after')
    expect(namesOf(socket).filter((name) => name === newMessage.name)).toHaveLength(1)
  })

  test.each([
    ['a name', { origin: 'nonsense' }, {}],
    ['a name as a query parameter', {}, { query: { origin: 'nonsense' } }],
    ['no name at all', { origin: { toString: 1 } }, {}],
    ['a name of objects', { origin: '__proto__' }, {}],
  ])('%s that nobody knows is refused, and those that are known are named', async (_, auth, options) => {
    const refused = enter({ token: ben.token, ...auth }, options)
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('known are streamify'),
      data: { success: false, code: 'VALIDATION_FAILED', errors: [{ field: 'origin' }] },
    })
  })
})

describeTwoServers('Streamify’s clients', {}, (servers) => {
  test('hear through one server what was said through another, in order, and the other way round (O1)', async () => {
    const [hers, his] = [await newPerson(servers.one.url), await newPerson(servers.two.url)]
    const chatId = await startChat(hers, his)
    const one = await enter({ protocol: 1, token: hers.token }, {}, servers.one.url)
    const two = await enter({ origin: 'streamify', token: his.token }, {}, servers.two.url)
    for (let round = 0; round < 5; round++) {
      await one.command(sendMessage, { chatId, content: `native ${round}` })
      await say(two, 'message:send', { chatId, text: `streamify ${round}` })
      await one.next(newMessage, ({ message }) => message.content?.text === `streamify ${round}`)
    }
    await hearsLast(two, hers, chatId)
    const all = Array.from({ length: 5 }, (_, round) => [`native ${round}`, `streamify ${round}`]).flat()
    expect(texts(two)).toEqual([...all, 'the last word'])
  })
})
