import { randomBytes, randomUUID } from 'node:crypto'
import { addMembers, createGroup, startPrivateChat } from '@parley/protocol/chats'
import {
  addReaction,
  deleteMessage,
  editMessage,
  listMessages,
  type Message,
  messageReaction,
  newMessage,
  removeReaction,
  sendMessage,
  toggleReaction,
} from '@parley/protocol/messages'
import { userStream } from '@parley/protocol/streams'
import { blockUser, listBlocked, unblockUser } from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, newPerson, type Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

const notReachable = { status: 403, body: { code: 'NOT_REACHABLE' } }

/**
 * Somebody sends without pause, through the server at `url`, while the other blocks them: what is stored when the block is
 * acknowledged is all that ever is, and every send was answered as it went.
 */
async function sendsAgainstBlock(blocker: Person, blocked: Person, url: string): Promise<void> {
  const { chat } = await blocker.ask(startPrivateChat, { userId: blocked.id })
  const socket = await connect(url, { token: blocked.token })
  const taken: string[] = []
  const refused: string[] = []
  let begin = () => {}
  const underWay = new Promise<void>((resolve) => {
    begin = resolve
  })
  const lane = async () => {
    while (refused.length === 0 && taken.length < 5000) {
      const tempId = randomUUID()
      const answer = await socket.command(sendMessage, { chatId: chat.id, content: 'hello', tempId })
      if (answer.success) taken.push(answer.message.id)
      else {
        expect(answer.code).toBe('NOT_REACHABLE')
        refused.push(tempId)
      }
      if (taken.length === 20) begin()
    }
  }
  const lanes = Promise.all(Array.from({ length: 50 }, lane))
  await underWay
  await blocker.ask(blockUser, { userId: blocked.id })
  const { asOf } = await blocker.ask(listMessages, { chatId: chat.id })
  const late = await socket.command(sendMessage, { chatId: chat.id, content: 'late', tempId: randomUUID() })
  expect(late).toMatchObject({ success: false, code: 'NOT_REACHABLE' })
  await lanes
  const stored: string[] = []
  for (let before: string | null = String(asOf + 1000); before !== null; ) {
    const page: { messages: Message[]; nextCursor: string | null; asOf: number } = await blocker.ask(listMessages, {
      chatId: chat.id,
      before: Number(before),
      limit: 100,
    })
    expect(page.asOf).toBe(asOf)
    stored.push(...page.messages.map(({ id }) => id))
    before = page.nextCursor
  }
  expect(stored.sort()).toEqual(taken.sort())
  expect(refused.length).toBeGreaterThan(0)
  socket.close()
}

describeOnEachDatabase('blocks', (options) => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(await options())
  })
  afterAll(() => server?.stop())

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => newPerson(server.url)))
  const privateChat = async (one: Person, other: Person) => (await one.ask(startPrivateChat, { userId: other.id })).chat.id
  const say = async (person: Person, chatId: string) => (await person.ask(sendMessage, { chatId, content: 'hello' })).message

  describe('in the private chat', () => {
    test('neither of the two writes, edits or reacts, and both are told the same (P4)', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      const chatId = await privateChat(asha, ben)
      const [hers, his] = [await say(asha, chatId), await say(ben, chatId)]
      await asha.ask(blockUser, { userId: ben.id })
      for (const [person, own, other] of [
        [asha, hers, his],
        [ben, his, hers],
      ] as const) {
        expect(await person.request(sendMessage, { chatId, content: 'again' })).toMatchObject(notReachable)
        expect(await person.request(editMessage, { messageId: own.id, content: 'other' })).toMatchObject(notReachable)
        for (const definition of [addReaction, removeReaction, toggleReaction])
          expect(await person.request(definition, { messageId: other.id, emoji: '👍' })).toMatchObject(notReachable)
        expect((await person.ask(listMessages, { chatId })).messages).toHaveLength(2)
      }
    })

    test('one’s own words may still be deleted, and a send is still answered as it was the first time (E1)', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      const chatId = await privateChat(asha, ben)
      const [tempId, other] = [randomUUID(), await say(ben, chatId)]
      const first = await ben.ask(sendMessage, { chatId, content: 'once', tempId, replyTo: other.id })
      await asha.ask(blockUser, { userId: ben.id })
      expect(await ben.ask(sendMessage, { chatId, content: 'once', tempId, replyTo: other.id })).toEqual(first)
      expect((await ben.ask(deleteMessage, { messageId: other.id })).message.content).toBeNull()
    })

    test('both write again once the block is gone', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      const chatId = await privateChat(asha, ben)
      await asha.ask(blockUser, { userId: ben.id })
      await ben.ask(blockUser, { userId: asha.id })
      await asha.ask(unblockUser, { userId: ben.id })
      expect(await asha.request(sendMessage, { chatId, content: 'still his' })).toMatchObject(notReachable)
      await ben.ask(unblockUser, { userId: asha.id })
      for (const person of [asha, ben]) await say(person, chatId)
      expect((await asha.ask(listMessages, { chatId })).messages).toHaveLength(2)
    })

    test('nothing that is sent meanwhile is taken once the block is acknowledged (D2, P4)', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      await sendsAgainstBlock(asha, ben, server.url)
    }, 60_000)
  })

  describe('elsewhere', () => {
    test('no new private chat is begun by either, and who is blocked puts the other into no group (P4)', async () => {
      const [asha, ben, carla] = (await people(3)) as [Person, Person, Person]
      await asha.ask(blockUser, { userId: ben.id })
      expect(await ben.request(startPrivateChat, { userId: asha.id })).toMatchObject(notReachable)
      expect(await asha.request(startPrivateChat, { userId: ben.id })).toMatchObject(notReachable)
      const refused = await ben.request(createGroup, { name: 'Group', memberIds: [carla.id, asha.id] })
      expect(refused).toMatchObject({
        ...notReachable,
        body: { errors: [{ field: 'memberIds', message: expect.stringContaining(asha.id) }] },
      })
      const { chat } = await ben.ask(createGroup, { name: 'Group', memberIds: [carla.id] })
      expect(await ben.request(addMembers, { chatId: chat.id, userIds: [asha.id] })).toMatchObject(notReachable)
      expect((await asha.request(createGroup, { name: 'Group', memberIds: [ben.id] })).status).toBe(201)
    })

    test('a private chat that is begun at the same moment takes no message of the blocked person (D2, P4)', async () => {
      for (let round = 0; round < 8; round++) {
        const [asha, ben] = (await people(2)) as [Person, Person]
        const [begun] = await Promise.all([ben.request(startPrivateChat, { userId: asha.id }), asha.ask(blockUser, { userId: ben.id })])
        if (begun.status !== 200) expect(begun).toMatchObject(notReachable)
        else expect(await ben.request(sendMessage, { chatId: begun.body.chat.id, content: 'hello' })).toMatchObject(notReachable)
      }
    })

    test('in a shared group everybody is told the same (P4)', async () => {
      const [asha, ben, carla] = (await people(3)) as [Person, Person, Person]
      const chatId = (await carla.ask(createGroup, { name: 'Group', memberIds: [asha.id, ben.id] })).chat.id
      await asha.ask(blockUser, { userId: ben.id })
      const sockets = await Promise.all([asha.connect(), ben.connect(), carla.connect()])
      const messages = [await say(asha, chatId), await say(ben, chatId)]
      await ben.ask(addReaction, { messageId: messages[0]?.id as string, emoji: '👍' })
      const told = async (socket: (typeof sockets)[number]) => {
        await socket.next(messageReaction)
        return socket.received.filter(({ name }) => name === newMessage.name || name === messageReaction.name)
      }
      const [first, ...others] = await Promise.all(sockets.map(told))
      expect(first).toHaveLength(3)
      for (const other of others) expect(other).toEqual(first)
      for (const socket of sockets) socket.close()
    })

    test('who is blocked is told nothing of it; my own devices are, once (P4, E1, C2)', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      const chatId = await privateChat(asha, ben)
      const [mine, his] = await Promise.all([asha.connect(), ben.connect()])
      await Promise.all(Array.from({ length: 3 }, () => asha.ask(blockUser, { userId: ben.id })))
      await asha.ask(unblockUser, { userId: ben.id })
      await mine.next(userStream, ({ entries }) => entries.some((entry) => entry.kind === 'block' && !entry.blocked))
      const entries = mine.received.flatMap(({ name, payload }) =>
        name === userStream.name ? (payload as { entries: unknown[] }).entries : [],
      )
      expect(entries).toEqual([true, false].map((blocked) => ({ kind: 'block', seq: expect.any(Number), userId: ben.id, blocked })))
      await say(asha, chatId)
      await his.next(newMessage)
      expect(his.received.map(({ name }) => name).filter((name) => name !== 'authenticated')).toEqual([newMessage.name])
      for (const socket of [mine, his]) socket.close()
    })
  })

  describe('the list', () => {
    test('has the latest first, page by page, and is mine alone', async () => {
      const [asha, ...others] = (await people(4)) as [Person, Person, Person, Person]
      for (const { id } of others) await asha.ask(blockUser, { userId: id })
      const { users, nextCursor } = await asha.ask(listBlocked, { limit: 2 })
      const rest = await asha.ask(listBlocked, { limit: 2, before: nextCursor as string })
      expect([...users, ...rest.users].map(({ id }) => id)).toEqual(others.map(({ id }) => id).reverse())
      expect(rest.nextCursor).toBeNull()
      expect((await others[0].ask(listBlocked, {})).users).toEqual([])
    })

    test('takes neither myself nor nobody', async () => {
      const [asha] = (await people(1)) as [Person]
      expect(await asha.request(blockUser, { userId: asha.id })).toMatchObject({ status: 422, body: { code: 'RULE_BROKEN' } })
      expect(await asha.request(blockUser, { userId: randomUUID() })).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } })
      expect(await asha.request(unblockUser, { userId: randomUUID() })).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } })
    })
  })
})

describePostgres('blocks through two processes', () => {
  let servers: [TestServer, TestServer]

  beforeAll(async () => {
    const databaseUrl = await createDatabase(postgresUrl())
    const env = { JWT_SECRET: randomBytes(32).toString('hex'), JWT_REFRESH_SECRET: randomBytes(32).toString('hex') }
    servers = [await startServer({ databaseUrl, env }), await startServer({ databaseUrl, env })]
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test('a private chat that is begun while the block is being written takes no message (D2, P4)', async () => {
    const [{ url, app }] = servers
    const [asha, ben] = await Promise.all([newPerson(url), newPerson(url)])
    const { database } = app
    /** Resolves when a transaction waits for another: for a row that is being written, or for the pair of people. */
    const waits = async (locktype: 'transactionid' | 'advisory') => {
      const text = `select 1 from pg_locks where locktype = '${locktype}' and not granted and pid <> pg_backend_pid()`
      for (let looks = 0; looks < 5000; looks++) if ((await database.raw(text)).rows.length > 0) return
      throw new Error(`nobody waited for ${locktype}`)
    }
    let block: Promise<unknown> = Promise.resolve()
    let begun: Promise<Awaited<ReturnType<typeof begin>>> | undefined
    const begin = () => ben.request(startPrivateChat, { userId: asha.id })
    const undone = new Error('undone')
    const holding = database.transaction(async (tx) => {
      // The same row, not committed: whoever writes the block waits here, having seen that there is no chat.
      await tx.insertInto('user_blocks').values({ blocker_id: asha.id, blocked_id: ben.id }).execute()
      block = asha.ask(blockUser, { userId: ben.id })
      await waits('transactionid')
      begun = begin()
      await Promise.race([begun, waits('advisory')])
      throw undone
    })
    await expect(holding).rejects.toBe(undone)
    await block
    const answer = await begun
    if (answer?.status !== 200) expect(answer).toMatchObject(notReachable)
    else expect(await ben.request(sendMessage, { chatId: answer.body.chat.id, content: 'hello' })).toMatchObject(notReachable)
  })

  test('nothing that is sent through another process is taken once the block is acknowledged (D2, P4)', async () => {
    const [one, other] = servers
    await sendsAgainstBlock(await newPerson(one.url), await newPerson(one.url), other.url)
  }, 60_000)
})
