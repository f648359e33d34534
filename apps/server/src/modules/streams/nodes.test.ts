import { randomUUID } from 'node:crypto'
import { addMembers, chatCreated, createGroup, memberAdded, memberRemoved, removeMember, saveDraft } from '@parley/protocol/chats'
import {
  addReaction,
  deleteMessage,
  editMessage,
  listMessages,
  type Message,
  messageDeleted,
  messageEdited,
  newMessage,
  sendMessage,
} from '@parley/protocol/messages'
import { streamVoid, type UserEntry, userStream } from '@parley/protocol/streams'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, connect, newPerson, type Person, request, type TestSocket } from '../../testing/client.ts'
import { leaveAside } from '../../testing/mirrors.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { describeRedis } from '../../testing/redis.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

/** The same person, through another server of the installation. */
const through = (server: TestServer, person: Person): Person => ({
  ...person,
  ask: (definition, input) => ask(server.url, definition, input, { token: person.token }),
  request: (definition, input) => request(server.url, definition, input, { token: person.token }),
  connect: () => connect(server.url, { token: person.token }),
})

const upTo = (to: number, from: number) => Array.from({ length: to - from }, (_, index) => from + index + 1)

/** The numbers of a chat's stream that a socket heard of, in the order in which it did. */
function numbersOf({ received }: TestSocket, chatId: string): number[] {
  return received.flatMap(({ name, payload }) => {
    const { chatId: about, message, from, seq } = payload as { chatId?: string; message?: Message; from?: number; seq?: number }
    if ((about ?? message?.chatId) !== chatId) return []
    if (name === newMessage.name) return message?.seq ?? []
    if (name === streamVoid.name) return upTo(seq as number, from as number)
    return name.startsWith('message_status') || seq === undefined ? [] : seq
  })
}

/** Resolves when the socket has heard of a number. */
const hears = ({ socket, ...rest }: TestSocket, chatId: string, seq: number) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!numbersOf({ socket, ...rest }, chatId).includes(seq)) return
      socket.offAny(look)
      resolve()
    }
    socket.onAny(look)
    look()
  })

/** A message as the socket was shown it last: what was read again may be new to it, or changed. */
const newestOf = ({ received }: TestSocket, id: string): Message | undefined =>
  received
    .flatMap(({ payload }) => (payload as { message?: Message }).message ?? [])
    .filter((message) => message.id === id)
    .sort((earlier, later) => later.rev - earlier.rev)[0]

describePostgres('two servers on one database', () => {
  describeRedis('and one Redis', (redis) => {
    let one: TestServer
    let two: TestServer
    let asha: Person
    let ben: Person
    let carla: Person

    beforeAll(async () => {
      const databaseUrl = await createDatabase(postgresUrl())
      const env = { JWT_SECRET: 'a'.repeat(64), JWT_REFRESH_SECRET: 'b'.repeat(64), REDIS_URL: redis().url }
      ;[one, two] = [await startServer({ databaseUrl, env }), await startServer({ databaseUrl, env })]
      asha = await newPerson(one.url)
      ;[ben, carla] = (await Promise.all([newPerson(two.url), newPerson(two.url)])).map((person) => through(two, person)) as [
        Person,
        Person,
      ]
    })
    afterAll(async () => {
      await Promise.all([one?.stop(), two?.stop()])
    })

    const newGroup = async (...members: Person[]) =>
      (await asha.ask(createGroup, { name: 'Group', memberIds: members.map(({ id }) => id) })).chat.id
    const say = async (person: Person, chatId: string, content: string, replyTo?: string) =>
      (await person.ask(sendMessage, { chatId, content, ...(replyTo && { replyTo }) })).message

    test('what both write at once to one chat every socket on either sees in one order, and nobody has to ask (O1)', async () => {
      const chatId = await newGroup(ben, carla)
      const writers = await Promise.all([asha.connect(), ben.connect(), through(one, carla).connect(), through(two, asha).connect()])
      const each = 75
      const count = writers.length * each
      const write = async (socket: TestSocket) => {
        for (let index = 0; index < each; index++) await socket.socket.emitWithAck(sendMessage.name, { chatId, content: `n ${index}` })
      }
      await Promise.all(writers.map(write))
      for (const socket of writers) {
        for (let seen = 0; seen < count; seen++) await socket.next(newMessage, ({ message }) => message.chatId === chatId)
        expect(numbersOf(socket, chatId)).toEqual(upTo(count + 1, 1))
        socket.close()
      }
    })

    test('one client id is one message, through whichever server it comes (E1)', async () => {
      const chatId = await newGroup(ben)
      const sends = Array.from({ length: 20 }, () => ({ chatId, content: 'once', tempId: randomUUID() }))
      const answers = await Promise.all(
        sends.map((send) =>
          Promise.all([asha, through(two, asha), asha].map(async (person) => (await person.ask(sendMessage, send)).message.id)),
        ),
      )
      for (const ids of answers) expect(new Set(ids).size).toBe(1)
      expect((await ben.ask(listMessages, { chatId, limit: 100 })).messages).toHaveLength(20)
    })

    test('a removed member on the other server hears nothing that comes after (P2)', async () => {
      const chatId = await newGroup(ben, carla)
      const [staying, removed, writer] = await Promise.all([ben.connect(), carla.connect(), asha.connect()])
      await say(ben, chatId, 'hello')
      const before = Array.from({ length: 50 }, () => writer.command(sendMessage, { chatId, content: 'before' }))
      await asha.ask(removeMember, { chatId, userId: carla.id })
      const after = await say(asha, chatId, 'after')
      await Promise.all([...before, say(ben, chatId, 'after as well')])
      const { seq: last } = await say(ben, chatId, 'the end')
      await hears(staying, chatId, last)
      const removal = await staying.next(memberRemoved)
      expect(after.seq).toBeGreaterThan(removal.seq)
      expect((await removed.command(sendMessage, { chatId, content: 'me too' })).success).toBe(false)
      expect(Math.max(...numbersOf(removed, chatId))).toBeLessThanOrEqual(removal.seq)
      for (const socket of [staying, removed, writer]) socket.close()
    })

    test('who joined hears of nothing before, on the other server either: voids, and quotes without content (P1)', async () => {
      const chatId = await newGroup(ben)
      const before = await say(asha, chatId, 'a secret')
      await asha.ask(addMembers, { chatId, userId: carla.id })
      const [old, joined] = await Promise.all([ben.connect(), carla.connect()])
      const reply = await say(asha, chatId, 'indeed', before.id)
      const { message } = await asha.ask(editMessage, { messageId: before.id, content: 'a secret, still' })
      expect((await joined.next(newMessage)).message).toMatchObject({ id: reply.id, replyTo: { content: null } })
      expect(await joined.next(streamVoid)).toEqual({ chatId, from: message.rev - 1, seq: message.rev })
      expect((await old.next(newMessage)).message.replyTo?.content?.text).toBe('a secret')
      expect((await old.next(messageEdited)).message.content?.text).toBe('a secret, still')
      expect(JSON.stringify(joined.received)).not.toContain('secret')
      for (const socket of [old, joined]) socket.close()
    })

    test('without Redis members on the other server hear of everything within seconds, without asking (D3)', async () => {
      const chatId = await newGroup(ben, carla)
      leaveAside(chatId)
      const [kept, deleted] = [await say(asha, chatId, 'tpyo'), await say(asha, chatId, 'a slip')]
      const [member, newcomer] = [await ben.connect(), await newPerson(two.url)]
      const joining = await newcomer.connect()
      await redis().kill()
      try {
        const reply = await say(asha, chatId, 'indeed', kept.id)
        await asha.ask(editMessage, { messageId: kept.id, content: 'typo' })
        await asha.ask(addReaction, { messageId: reply.id, emoji: '👍' })
        await asha.ask(deleteMessage, { messageId: deleted.id })
        await asha.ask(removeMember, { chatId, userId: carla.id })
        await asha.ask(addMembers, { chatId, userId: newcomer.id })
        const { seq: last } = await say(asha, chatId, 'the end')
        await hears(member, chatId, last)
        await hears(joining, chatId, last)
        expect(numbersOf(member, chatId)).toEqual(upTo(last, deleted.seq))
        expect(newestOf(member, kept.id)?.content?.text).toBe('typo')
        expect(newestOf(member, reply.id)?.reactions).toMatchObject([{ emoji: '👍' }])
        // Told at its own number too: whoever has come as far as the message by themselves needs it.
        expect(member.received).toContainEqual({ name: messageEdited.name, payload: expect.objectContaining({ seq: reply.seq + 2 }) })
        expect((await member.next(messageDeleted)).messageId).toBe(deleted.id)
        expect((await member.next(memberRemoved)).userId).toBe(carla.id)
        expect((await member.next(memberAdded)).members).toMatchObject([{ userId: newcomer.id }])
        expect((await joining.next(chatCreated)).chat).toMatchObject({ id: chatId })
      } finally {
        await redis().restart()
      }
      for (const socket of [member, joining]) socket.close()
    })

    test('without Redis, too, who was let in through one server writes through the other at once', async () => {
      const chatId = await newGroup(ben)
      await say(ben, chatId, 'hello')
      expect((await carla.request(sendMessage, { chatId, content: 'too early' })).status).toBe(404)
      await redis().kill()
      try {
        await asha.ask(addMembers, { chatId, userId: carla.id })
        await say(carla, chatId, 'here I am')
      } finally {
        await redis().restart()
      }
    })

    test('without Redis, too, a removal is confirmed before it is acknowledged (P2)', async () => {
      const chatId = await newGroup(ben, carla)
      leaveAside(chatId)
      const [staying, removed] = await Promise.all([ben.connect(), carla.connect()])
      await say(ben, chatId, 'hello')
      await redis().kill()
      try {
        await asha.ask(removeMember, { chatId, userId: carla.id })
        const { seq } = await say(ben, chatId, 'after')
        await hears(staying, chatId, seq)
        expect((await removed.command(sendMessage, { chatId, content: 'me too' })).success).toBe(false)
        expect(Math.max(...numbersOf(removed, chatId))).toBeLessThan(seq)
      } finally {
        await redis().restart()
      }
      for (const socket of [staying, removed]) socket.close()
    })

    test("without Redis devices on the other server hear of one's own changes within seconds, and of one's removal (D3, C2)", async () => {
      const chatId = await newGroup(carla)
      leaveAside(chatId)
      const device = await carla.connect()
      await redis().kill()
      try {
        await through(one, carla).ask(saveDraft, { chatId, text: 'from elsewhere' })
        await device.next(userStream, ({ entries }) => entries.some(({ kind }) => kind === 'draft'))
        await asha.ask(removeMember, { chatId, userId: carla.id })
        const isRemoval = (entry: UserEntry) => entry.kind === 'membership' && entry.chatId === chatId && !entry.member
        await device.next(userStream, ({ entries }) => entries.some(isRemoval))
      } finally {
        await redis().restart()
      }
      device.close()
    })

    test('when Redis is back, what is said is heard at once again', async () => {
      const chatId = await newGroup(ben)
      await redis().kill()
      const missed = await say(asha, chatId, 'while it was away')
      await redis().restart()
      const socket = await ben.connect()
      const { seq } = await say(asha, chatId, 'and now')
      await hears(socket, chatId, seq)
      expect((await ben.ask(listMessages, { chatId })).messages.map(({ id }) => id)).toContain(missed.id)
      socket.close()
    })
  })
})
