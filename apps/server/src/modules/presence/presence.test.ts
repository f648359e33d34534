import { createGroup, startPrivateChat } from '@parley/protocol/chats'
import { typingStart, typingStop, userStatusChanged, userTyping, watchPresence } from '@parley/protocol/presence'
import { getUser } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPerson, type Person } from '../../testing/client.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

let server: TestServer
let asha: Person
let ben: Person
let carla: Person

beforeAll(async () => {
  server = await startServer()
  ;[asha, ben, carla] = await Promise.all([newPerson(server.url), newPerson(server.url), newPerson(server.url)])
})
afterAll(() => server?.stop())

describe('presence', () => {
  test('whoever has a socket is online, and offline some time after the last one closed (S3)', async () => {
    const watcher = await asha.connect()
    const watch = { userIds: [ben.id, carla.id] }
    expect(await watcher.command(watchPresence, watch)).toMatchObject({ presences: [{ status: 'offline' }, { status: 'offline' }] })
    const [first, second] = await Promise.all([ben.connect(), ben.connect()])
    expect(await watcher.next(userStatusChanged)).toEqual({ userId: ben.id, status: 'online', customStatus: null, lastSeen: null })
    expect((await asha.ask(getUser, { userId: ben.id })).user.status).toBe('online')
    first.close()
    second.close()
    const { status, lastSeen } = await watcher.next(userStatusChanged)
    expect(status).toBe('offline')
    expect(lastSeen).toMatch(/^\d{4}-/)
    expect((await asha.ask(getUser, { userId: ben.id })).user.status).toBe('offline')
    expect(watcher.received.filter(({ name }) => name === userStatusChanged.name)).toHaveLength(2)
    watcher.close()
  }, 40_000)

  test('whom one has private chats with can be watched without naming them, and others in one’s groups are not', async () => {
    const dora = await newPerson(server.url)
    await dora.ask(startPrivateChat, { userId: asha.id })
    await dora.ask(startPrivateChat, { userId: ben.id })
    await dora.ask(createGroup, { name: 'Group', memberIds: [carla.id] })
    const watcher = await dora.connect()
    const idsOf = (answer: Awaited<ReturnType<typeof watch>>) => (answer.success ? answer.presences.map(({ userId }) => userId).sort() : [])
    const watch = (input: object) => watcher.command(watchPresence, input)
    expect(idsOf(await watch({ partners: true }))).toEqual([asha.id, ben.id].sort())
    expect(idsOf(await watch({ partners: true, userIds: [carla.id, ben.id] }))).toEqual([asha.id, ben.id, carla.id].sort())
    expect(idsOf(await watch({}))).toEqual([])
    watcher.close()
  })

  test('nobody hears of people whom they don’t watch, or watch no longer', async () => {
    const watcher = await asha.connect()
    await watcher.command(watchPresence, { userIds: [ben.id] })
    await watcher.command(watchPresence, { userIds: [carla.id] })
    const sockets = [await ben.connect(), await carla.connect()]
    expect((await watcher.next(userStatusChanged)).userId).toBe(carla.id)
    expect(watcher.received.filter(({ name }) => name === userStatusChanged.name)).toHaveLength(1)
    for (const socket of [watcher, ...sockets]) socket.close()
  })
})

describe('typing', () => {
  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id

  test('is told to the other members once, and that it ended', async () => {
    const chatId = await newGroup()
    const [typist, reader, stranger] = await Promise.all([asha.connect(), ben.connect(), carla.connect()])
    for (let sign = 0; sign < 3; sign++) await typist.command(typingStart, { chatId })
    expect(await reader.next(userTyping)).toEqual({ chatId, userId: asha.id, username: asha.username, isTyping: true })
    await typist.command(typingStop, { chatId })
    expect((await reader.next(userTyping)).isTyping).toBe(false)
    expect(reader.received.filter(({ name }) => name === userTyping.name)).toHaveLength(2)
    for (const socket of [typist, stranger]) expect(socket.received.map(({ name }) => name)).not.toContain(userTyping.name)
    for (const socket of [typist, reader, stranger]) socket.close()
  })

  test('ends by itself, and at once when the typist vanishes (S4)', async () => {
    const chatId = await newGroup()
    const [typist, reader] = await Promise.all([asha.connect(), ben.connect()])
    await typist.command(typingStart, { chatId })
    expect((await reader.next(userTyping)).isTyping).toBe(true)
    expect((await reader.next(userTyping)).isTyping).toBe(false)
    await typist.command(typingStart, { chatId })
    expect((await reader.next(userTyping)).isTyping).toBe(true)
    typist.socket.io.engine.close()
    expect((await reader.next(userTyping)).isTyping).toBe(false)
    reader.close()
  })
})
