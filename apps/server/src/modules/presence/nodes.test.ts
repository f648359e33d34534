import { randomUUID } from 'node:crypto'
import { createGroup, removeMember } from '@parley/protocol/chats'
import { messageRead, messageStatusUpdate, sendMessage } from '@parley/protocol/messages'
import { typingStart, typingStop, userStatusChanged, userTyping, watchPresence } from '@parley/protocol/presence'
import { getUser } from '@parley/protocol/users'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { RedisBus } from '../../platform/bus/redis.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { describeTwoServers, through } from '../../testing/two-servers.ts'

describeTwoServers('who is there and who writes, through two servers', {}, (servers) => {
  let asha: Person
  let ben: Person
  let carla: Person
  beforeAll(async () => {
    asha = await newPerson(servers.one.url)
    ben = await newPerson(servers.two.url)
    carla = await newPerson(servers.two.url)
  })

  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id, carla.id] })).chat.id
  const busIsBack = () =>
    expect.poll(async () => (await fetch(`${servers.one.url}/readyz`)).json(), { timeout: 10_000 }).toMatchObject({ checks: { bus: 'ok' } })

  test('whoever is on one server is online on the other, and offline when they left (S3)', async () => {
    const watcher = await asha.connect()
    await watcher.command(watchPresence, { userIds: [ben.id] })
    const socket = await ben.connect()
    expect(await watcher.next(userStatusChanged)).toMatchObject({ userId: ben.id, status: 'online' })
    expect((await asha.ask(getUser, { userId: ben.id })).user.status).toBe('online')
    // On both now: who leaves one of them is still there.
    const second = await through(servers.one, ben).connect()
    socket.close()
    second.close()
    const { status, lastSeen } = await watcher.next(userStatusChanged)
    expect(status).toBe('offline')
    expect(lastSeen).toMatch(/^\d{4}-/)
    expect((await asha.ask(getUser, { userId: ben.id })).user.status).toBe('offline')
    expect(watcher.received.filter(({ name }) => name === userStatusChanged.name)).toHaveLength(2)
    watcher.close()
  }, 60_000)

  test('who writes is told on the other server, once, and that it ended', async () => {
    const chatId = await newGroup()
    const [typist, reader, neighbour] = await Promise.all([asha.connect(), ben.connect(), through(servers.one, carla).connect()])
    for (let sign = 0; sign < 3; sign++) await typist.command(typingStart, { chatId })
    for (const socket of [reader, neighbour]) expect(await socket.next(userTyping)).toMatchObject({ userId: asha.id, isTyping: true })
    await typist.command(typingStop, { chatId })
    for (const socket of [reader, neighbour]) {
      expect(await socket.next(userTyping)).toMatchObject({ userId: asha.id, isTyping: false })
      expect(socket.received.filter(({ name }) => name === userTyping.name)).toHaveLength(2)
      socket.close()
    }
    typist.close()
  })

  test('who was removed through one server hears of no typing on the other any more (P2)', async () => {
    const chatId = await newGroup()
    const [typist, removed, reader] = await Promise.all([asha.connect(), ben.connect(), carla.connect()])
    await asha.ask(removeMember, { chatId, userId: ben.id })
    await typist.command(typingStart, { chatId })
    expect(await reader.next(userTyping)).toMatchObject({ isTyping: true })
    expect(removed.received.map(({ name }) => name)).not.toContain(userTyping.name)
    for (const socket of [typist, removed, reader]) socket.close()
  })

  test('how far somebody read is told to the author on the other server', async () => {
    const chatId = await newGroup()
    const author = await asha.connect()
    const { message } = await asha.ask(sendMessage, { chatId, content: 'hello' })
    await ben.ask(messageRead, { chatId, messageId: message.id })
    expect(await author.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ userId: ben.id, seq: message.seq })
    author.close()
  })

  /** A server that is only what others see of one: a lease and words on the bus. */
  const strangerWith = async (userId: string, leaseSeconds: number) => {
    const node = randomUUID()
    const people = new Set([userId])
    const bus = await RedisBus.open({ url: servers.redis.url, prefix: 'parley', log: createLog({ level: 'silent', pretty: false }) })
    await bus.subscribe('presence', (message) => {
      const { kind, of } = message as { kind: string; of?: string | null }
      if (kind === 'ask' && (of === node || of === null))
        void bus.publish('presence', { kind: 'all', node, count: 1 - people.size, people: [...people] })
    })
    await sql`insert into nodes (id, lease_until) values (${node}, now() + ${leaseSeconds} * interval '1 second')`.execute(
      servers.one.app.database.query,
    )
    return { node, bus, people }
  }

  test('the people of a server that died are offline within the grace time, and it is remembered when they were there (S3)', async () => {
    const dora = await newPerson(servers.one.url)
    const watcher = await asha.connect()
    await watcher.command(watchPresence, { userIds: [dora.id] })
    const { bus } = await strangerWith(dora.id, 3)
    expect(await watcher.next(userStatusChanged)).toMatchObject({ userId: dora.id, status: 'online' })
    await bus.close()
    expect(await watcher.next(userStatusChanged)).toMatchObject({ userId: dora.id, status: 'offline' })
    const lookUp = async () => (await asha.ask(getUser, { userId: dora.id })).user
    await expect.poll(lookUp).toMatchObject({ status: 'offline', lastSeen: expect.stringMatching(/^\d{4}-/) })
    watcher.close()
  }, 60_000)

  test('typing through a server that died ends by itself on the others (S4)', async () => {
    const chatId = await newGroup()
    const reader = await ben.connect()
    const { node, bus } = await strangerWith(asha.id, 3)
    const typist = { userId: asha.id, username: asha.username, chatId, listeners: [ben.id] }
    await bus.publish('typing', { node, isTyping: true, typist })
    expect(await reader.next(userTyping)).toMatchObject({ userId: asha.id, isTyping: true })
    await bus.close()
    expect(await reader.next(userTyping)).toMatchObject({ userId: asha.id, isTyping: false })
    reader.close()
  }, 60_000)

  test('whose coming and going the bus lost is found within ten seconds, without anything else happening (S3)', async () => {
    const edda = await newPerson(servers.one.url)
    const watcher = await asha.connect()
    await watcher.command(watchPresence, { userIds: [edda.id] })
    const { node, bus, people } = await strangerWith(edda.id, 30)
    const counted = new Promise((resolve) => {
      void bus.subscribe('presence', (message) => {
        const { kind, node: from } = message as { kind: string; node: string }
        if (kind === 'counted' && from !== node) resolve(message)
      })
    })
    expect(await watcher.next(userStatusChanged)).toMatchObject({ userId: edda.id, status: 'online' })
    people.clear()
    await bus.publish('presence', { kind: 'counted', node, count: 1 })
    expect(await watcher.next(userStatusChanged)).toMatchObject({ userId: edda.id, status: 'offline' })
    expect(await counted).toEqual({ kind: 'counted', node: expect.any(String), count: expect.any(Number) })
    watcher.close()
    await bus.close()
  }, 60_000)

  test('while Redis is away people elsewhere count as gone, and are back with it (S3, D3)', async () => {
    const socket = await ben.connect()
    const watcher = await asha.connect()
    await watcher.command(watchPresence, { userIds: [ben.id] })
    await expect.poll(async () => (await asha.ask(getUser, { userId: ben.id })).user.status).toBe('online')
    await servers.redis.kill()
    expect(await watcher.next(userStatusChanged, ({ status }) => status === 'offline')).toMatchObject({ userId: ben.id })
    await servers.redis.restart()
    expect(await watcher.next(userStatusChanged, ({ status }) => status === 'online')).toMatchObject({ userId: ben.id })
    await busIsBack()
    for (const each of [socket, watcher]) each.close()
  }, 60_000)
})
