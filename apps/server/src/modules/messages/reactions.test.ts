import { randomBytes } from 'node:crypto'
import { addMembers, createGroup } from '@parley/protocol/chats'
import {
  addReaction,
  deleteMessage,
  getMessage,
  listMessages,
  messageReaction,
  removeReaction,
  sendMessage,
  toggleReaction,
} from '@parley/protocol/messages'
import { sync } from '@parley/protocol/streams'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { newPerson, type Person, request, type TestSocket } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { leaveAside } from '../../testing/mirrors.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

const emoji = [...'👍👎😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰😗😙😚🙂🤗🤩🤔🤨']

/** The reactions to a message as a device has them that applies every event once. */
function folded(socket: TestSocket, messageId: string): { emoji: string; userId: string }[] {
  const reactions: { emoji: string; userId: string; createdAt: string }[] = []
  for (const { name, payload } of socket.received) {
    if (name !== messageReaction.name) continue
    const event = payload as { messageId: string; emoji: string; userId: string; action: string; createdAt: string }
    if (event.messageId !== messageId) continue
    const { userId, createdAt } = event
    if (event.action === 'added') reactions.push({ emoji: event.emoji, userId, createdAt })
    else
      reactions.splice(
        reactions.findIndex((each) => each.userId === userId && each.emoji === event.emoji),
        1,
      )
  }
  return reactions
}

describeOnEachDatabase('reactions', (options) => {
  const { server, asha, ben, carla } = cast(options)

  const newGroup = async (...members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map(({ id }) => id) })).chat.id
  const say = async (chatId: string) => (await asha.ask(sendMessage, { chatId, content: 'hello' })).message
  const read = async (person: Person, messageId: string) => (await person.ask(getMessage, { messageId })).message

  test('reach every device of every member once, and are in history as told (E2, O3)', async () => {
    const message = await say(await newGroup(ben, carla))
    const sockets = await Promise.all([asha.connect(), asha.connect(), ben.connect(), carla.connect()])
    await Promise.all([asha, ben, carla].map((person) => person.ask(addReaction, { messageId: message.id, emoji: '👍' })))
    await ben.ask(addReaction, { messageId: message.id, emoji: '😀' })
    await carla.ask(removeReaction, { messageId: message.id, emoji: '👍' })
    const { message: last } = await asha.ask(addReaction, { messageId: message.id, emoji: '🎉' })
    const { reactions, rev } = await read(carla, message.id)
    expect({ reactions, rev }).toEqual({ reactions: last.reactions, rev: last.rev })
    expect(reactions.map(({ userId }) => userId).sort()).toEqual([asha.id, asha.id, ben.id, ben.id].sort())
    for (const socket of sockets) {
      await socket.next(messageReaction, ({ seq }) => seq === rev)
      expect(folded(socket, message.id)).toEqual(reactions)
      expect(socket.received.filter(({ name }) => name === messageReaction.name)).toHaveLength(6)
      socket.close()
    }
  })

  test('what is so already takes no number: many at once are one entry of the stream (E1)', async () => {
    const chatId = await newGroup(ben)
    const message = await say(chatId)
    const reaction = { messageId: message.id, emoji: '👍' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => ben.ask(addReaction, reaction)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer.message))).size).toBe(1)
    expect((await ben.ask(listMessages, { chatId })).asOf).toBe(message.seq + 1)
    await Promise.all(Array.from({ length: 10 }, () => ben.ask(removeReaction, reaction)))
    expect((await ben.ask(listMessages, { chatId })).asOf).toBe(message.seq + 2)
    expect((await read(asha, message.id)).reactions).toEqual([])
  })

  test('toggling adds, and takes back', async () => {
    const { id: messageId } = await say(await newGroup(ben))
    const toggle = async () => (await ben.ask(toggleReaction, { messageId, emoji: '❤️' })).message.reactions
    expect(await toggle()).toMatchObject([{ emoji: '❤️', userId: ben.id }])
    expect(await toggle()).toEqual([])
  })

  test('stay in the order of the stream, also where the clock of another server was ahead (O3)', async () => {
    const { id: messageId, chatId } = await say(await newGroup(ben))
    leaveAside(chatId)
    await ben.ask(addReaction, { messageId, emoji: '👍' })
    const ahead = new Date(Date.now() + 3_600_000)
    const { query } = server.app.database
    await query.updateTable('message_reactions').set({ created_at: ahead }).where('message_id', '=', messageId).execute()
    await asha.ask(addReaction, { messageId, emoji: '👍' })
    expect((await read(ben, messageId)).reactions.map(({ userId }) => userId)).toEqual([ben.id, asha.id])
  })

  test('do not count as a change of what was said', async () => {
    const message = await say(await newGroup(ben))
    const { message: reacted } = await ben.ask(addReaction, { messageId: message.id, emoji: '👍' })
    expect(reacted).toMatchObject({ updatedAt: message.updatedAt, rev: message.rev + 1 })
  })

  test('one person has 5 to a message, however many they send at once', async () => {
    const { id: messageId } = await say(await newGroup(ben))
    const answers = await Promise.all(emoji.slice(0, 10).map((each) => ben.request(addReaction, { messageId, emoji: each })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(answers.filter(({ body }) => body.code === 'RULE_BROKEN')).toHaveLength(5)
    expect((await read(asha, messageId)).reactions).toHaveLength(5)
  })

  test('a message takes 20 different emoji; what is there anybody may join', async () => {
    const people = [asha, ben, carla, await newPerson(server.url), await newPerson(server.url)]
    const { id: messageId } = await say(await newGroup(...people.slice(1)))
    const answers = await Promise.all(
      emoji.map((each, index) => (people[index % people.length] as Person).request(addReaction, { messageId, emoji: each })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    const { reactions } = await read(asha, messageId)
    const one = people.find((person) => reactions.filter(({ userId }) => userId === person.id).length < 5) as Person
    const joined = reactions.find(({ userId }) => userId !== one.id)?.emoji
    expect((await one.request(addReaction, { messageId, emoji: joined })).status).toBe(200)
  })

  test('go with what was said when that is deleted for everyone', async () => {
    const { id: messageId } = await say(await newGroup(ben))
    await ben.ask(addReaction, { messageId, emoji: '👍' })
    expect((await asha.ask(deleteMessage, { messageId })).message.reactions).toEqual([])
    expect((await read(ben, messageId)).reactions).toEqual([])
    for (const definition of [addReaction, toggleReaction])
      expect(await ben.request(definition, { messageId, emoji: '👍' })).toMatchObject({ status: 410, body: { code: 'MESSAGE_DELETED' } })
    expect((await ben.ask(removeReaction, { messageId, emoji: '👍' })).message.deletedAt).not.toBeNull()
  })

  test('to messages from before somebody joined are nothing to them (P1)', async () => {
    const chatId = await newGroup(ben)
    const { id: messageId } = await say(chatId)
    await asha.ask(addMembers, { chatId, userId: carla.id })
    const later = await say(chatId)
    const socket = await carla.connect()
    await ben.ask(addReaction, { messageId, emoji: '👍' })
    await ben.ask(addReaction, { messageId: later.id, emoji: '😀' })
    expect(await socket.next(messageReaction)).toMatchObject({ messageId: later.id, emoji: '😀', userId: ben.id, action: 'added' })
    expect(JSON.stringify(socket.received)).not.toContain(messageId)
    expect((await carla.request(addReaction, { messageId, emoji: '👍' })).body.code).toBe('MESSAGE_NOT_FOUND')
    socket.close()
  })

  test('sync brings a message that was reacted to meanwhile, once, with its reactions, and not the chat (C1)', async () => {
    const chatId = await newGroup(ben)
    const { id: messageId } = await say(chatId)
    const { seq } = await say(chatId)
    await ben.ask(addReaction, { messageId, emoji: '👍' })
    const { message } = await asha.ask(addReaction, { messageId, emoji: '👍' })
    const [delta] = (await ben.ask(sync, { chats: { [chatId]: seq } })).chats
    expect(delta).toMatchObject({ from: seq, to: seq + 2, chat: null })
    expect(delta?.messages).toEqual([message])
  })

  test.each(['a', '👍👍', '', ' ', '👍 ', '\u200d', '👍'.repeat(40)])('%j is no emoji', async (value) => {
    const { id: messageId } = await say(await newGroup(ben))
    expect((await ben.request(addReaction, { messageId, emoji: value })).body.code).toBe('VALIDATION_FAILED')
  })
})

describePostgres('reactions through two processes', () => {
  let servers: [TestServer, TestServer]

  beforeAll(async () => {
    const databaseUrl = await createDatabase(postgresUrl())
    const env = { JWT_SECRET: randomBytes(32).toString('hex'), JWT_REFRESH_SECRET: randomBytes(32).toString('hex') }
    servers = [await startServer({ databaseUrl, env }), await startServer({ databaseUrl, env })]
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test('keep to what one person may have, in one order without holes (O1, O3)', async () => {
    const asha = await newPerson(servers[0].url)
    const { chat } = await asha.ask(createGroup, { name: 'Group' })
    leaveAside(chat.id)
    const { message } = await asha.ask(sendMessage, { chatId: chat.id, content: 'hello' })
    const answers = await Promise.all(
      emoji.slice(0, 12).map((each, index) => {
        const { url } = servers[index % 2] as TestServer
        return request(url, addReaction, { messageId: message.id, emoji: each }, { token: asha.token })
      }),
    )
    const taken = answers.flatMap(({ status, body }) => (status === 200 ? [body.message] : [])).sort((one, other) => one.rev - other.rev)
    expect(taken.map(({ rev }) => rev)).toEqual([1, 2, 3, 4, 5].map((nth) => message.seq + nth))
    const { reactions } = (await asha.ask(getMessage, { messageId: message.id })).message
    expect(reactions).toEqual(taken.map((answer) => answer.reactions.at(-1)))
  })
})
