import { addMembers, createGroup, listChats, startPrivateChat } from '@parley/protocol/chats'
import {
  deleteMessage,
  getMessage,
  type Message,
  messageDelivered,
  messageRead,
  messageStatusUpdate,
  newMessage,
  sendMessage,
} from '@parley/protocol/messages'
import { sync, userStream } from '@parley/protocol/streams'
import { blockUser, unblockUser } from '@parley/protocol/users'
import { expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'

describeOnEachDatabase('positions', (options) => {
  const { server, asha, ben, carla } = cast(options)

  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id, carla.id] })).chat.id
  const say = async (person: Person, chatId: string) => (await person.ask(sendMessage, { chatId, content: 'hello' })).message
  const mark = async (person: Person, definition: typeof messageRead | typeof messageDelivered, input: object) => {
    const socket = await person.connect()
    const answer = await socket.command(definition, input)
    socket.close()
    if (!answer.success) throw new Error(answer.message)
    return answer
  }
  const chatOf = async (person: Person, chatId: string) => {
    const chat = (await person.ask(listChats, {})).chats.find(({ id }) => id === chatId)
    if (chat === undefined) throw new Error('not in the list')
    return chat
  }

  test('read implies delivered, and neither ever goes back (S1)', async () => {
    const chatId = await newGroup()
    const messages: Message[] = []
    for (let count = 0; count < 3; count++) messages.push(await say(asha, chatId))
    const [first, second, third] = messages.map(({ seq }) => seq)
    expect(await mark(ben, messageRead, { chatId, seq: second })).toMatchObject({ deliveredSeq: second, readSeq: second })
    expect(await mark(ben, messageRead, { messageId: messages[0]?.id })).toMatchObject({ deliveredSeq: second, readSeq: second })
    expect(await mark(ben, messageDelivered, { chatId, seq: third })).toMatchObject({ deliveredSeq: third, readSeq: second })
    expect(await mark(ben, messageDelivered, { chatId, seq: first })).toMatchObject({ deliveredSeq: third, readSeq: second })
    const member = (await chatOf(asha, chatId)).members.find(({ userId }) => userId === ben.id)
    expect(member).toMatchObject({ deliveredSeq: third, readSeq: second })
  })

  test('a position beyond the end of the chat is its end (S1)', async () => {
    const chatId = await newGroup()
    const { seq } = await say(asha, chatId)
    expect(await mark(ben, messageRead, { chatId, seq: 9_000_000 })).toMatchObject({ readSeq: seq })
    await say(asha, chatId)
    expect((await chatOf(ben, chatId)).unreadCount).toBe(1)
  })

  test('unread counts what others wrote above the position, and nothing deleted (S2)', async () => {
    const chatId = await newGroup()
    expect((await chatOf(ben, chatId)).unreadCount).toBe(0)
    const first = await say(asha, chatId)
    const second = await say(carla, chatId)
    await say(ben, chatId)
    await say(asha, chatId)
    expect((await chatOf(ben, chatId)).unreadCount).toBe(3)
    await mark(ben, messageRead, { messageId: first.id })
    expect((await chatOf(ben, chatId)).unreadCount).toBe(2)
    await carla.ask(deleteMessage, { messageId: second.id })
    expect((await chatOf(ben, chatId)).unreadCount).toBe(1)
  })

  test('the author hears of it, the reader’s other devices too, and nobody else', async () => {
    const chatId = await newGroup()
    const message = await say(asha, chatId)
    const [author, other, device] = await Promise.all([asha.connect(), carla.connect(), ben.connect()])
    await mark(ben, messageRead, { messageId: message.id })
    const about = { chatId, userId: ben.id, seq: message.seq }
    expect(await author.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ ...about, messageId: message.id })
    expect(await device.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ ...about, messageId: null })
    expect(other.received.map(({ name }) => name)).not.toContain(messageStatusUpdate.name)
    for (const socket of [author, other, device]) socket.close()
  })

  test('a hundred marks at once end at the furthest, and are told once', async () => {
    const chatId = await newGroup()
    const messages = await Promise.all(Array.from({ length: 20 }, () => say(asha, chatId)))
    const [reader, author] = await Promise.all([ben.connect(), asha.connect()])
    const furthest = Math.max(...messages.map(({ seq }) => seq))
    const marks = Array.from({ length: 100 }, (_, index) => messages[index % 20] as Message)
    await Promise.all(marks.map(({ id }) => reader.command(messageRead, { messageId: id })))
    expect(await author.next(messageStatusUpdate, ({ status, seq }) => status === 'read' && seq === furthest)).toBeTruthy()
    const told = author.received.filter(
      ({ name, payload }) => name === messageStatusUpdate.name && (payload as { status: string }).status === 'read',
    )
    expect(told.length).toBeLessThanOrEqual(3)
    for (const socket of [reader, author]) socket.close()
  })

  test('the author sees who got and who read a message, and when; others don’t', async () => {
    const chatId = await newGroup()
    const message = await say(asha, chatId)
    await mark(carla, messageDelivered, { messageId: message.id })
    await mark(ben, messageRead, { messageId: message.id })
    const info = await asha.ask(getMessage, { messageId: message.id })
    expect(info.deliveredTo.map(({ userId }) => userId).sort()).toEqual([ben.id, carla.id].sort())
    expect(info.readBy).toEqual([{ userId: ben.id, at: expect.stringMatching(/^\d{4}-/) }])
    expect(await ben.ask(getMessage, { messageId: message.id })).toMatchObject({ deliveredTo: [], readBy: [] })
  })

  test('a read position is told with the newest message below it, and to nobody whose messages all lie above (S1)', async () => {
    const chatId = await newGroup()
    const first = await say(asha, chatId)
    const second = await say(asha, chatId)
    await say(carla, chatId)
    const [author, above] = await Promise.all([asha.connect(), carla.connect()])
    await mark(ben, messageDelivered, { chatId, seq: second.seq + 1 })
    await mark(ben, messageRead, { messageId: first.id })
    expect(await author.next(messageStatusUpdate, ({ status }) => status === 'delivered')).toMatchObject({ messageId: second.id })
    expect(await author.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ seq: first.seq, messageId: first.id })
    const told = above.received.filter(({ name }) => name === messageStatusUpdate.name)
    expect(told.map(({ payload }) => (payload as { status: string }).status)).toEqual(['delivered'])
    for (const socket of [author, above]) socket.close()
  })

  test('who catches up on thousands of messages tells the author of one far below them too, and another reader close to it the same', async () => {
    const chatId = await newGroup()
    const first = await say(asha, chatId)
    const writer = await ben.connect()
    const rest = Array.from({ length: 2_100 }, () => writer.command(sendMessage, { chatId, content: 'more' }))
    const answers = await Promise.all(rest)
    const last = Math.max(...answers.map((answer) => (answer.success ? answer.message.seq : 0)))
    expect(answers.filter(({ success }) => !success)).toEqual([])
    const author = await asha.connect()
    await Promise.all([mark(carla, messageRead, { chatId, seq: last }), mark(ben, messageRead, { chatId, seq: first.seq })])
    for (const reader of [carla, ben]) {
      const told = await author.next(messageStatusUpdate, ({ status, userId }) => status === 'read' && userId === reader.id)
      expect(told.messageId).toBe(first.id)
    }
    for (const socket of [writer, author]) socket.close()
  })

  test('who joined later has not read what was said before, in events and in the message alike (P1)', async () => {
    const chatId = (await asha.ask(createGroup, { name: 'Group', memberIds: [carla.id] })).chat.id
    const before = await say(asha, chatId)
    await asha.ask(addMembers, { chatId, userIds: [ben.id] })
    const after = await say(carla, chatId)
    const [author, other] = await Promise.all([asha.connect(), carla.connect()])
    await mark(ben, messageRead, { messageId: after.id })
    await other.next(messageStatusUpdate, ({ status, userId }) => status === 'read' && userId === ben.id)
    await asha.ask(sendMessage, { chatId, content: 'marker' })
    await author.next(newMessage)
    expect(author.received.map(({ name }) => name)).not.toContain(messageStatusUpdate.name)
    expect(await asha.ask(getMessage, { messageId: before.id })).toMatchObject({ deliveredTo: [], readBy: [] })
    for (const socket of [author, other]) socket.close()
  })

  test('a message marks its own chat only, whichever chat the address names', async () => {
    const [one, other] = [await newGroup(), await newGroup()]
    const { id } = await say(asha, one)
    const headers = { authorization: `Bearer ${ben.token}`, 'content-type': 'application/json' }
    const markIn = async (chatId: string) =>
      (await fetch(`${server.url}/api/chats/${chatId}/read`, { method: 'POST', headers, body: JSON.stringify({ messageId: id }) })).json()
    expect(await markIn(other)).toMatchObject({ success: false, code: 'MESSAGE_NOT_FOUND' })
    expect(await markIn(one)).toMatchObject({ success: true, chatId: one })
  })

  test('over REST as over a socket, a message says by itself which chat was read', async () => {
    const chatId = await newGroup()
    const { id, seq } = await say(asha, chatId)
    expect(await ben.ask(messageRead, { messageId: id })).toMatchObject({ chatId, readSeq: seq })
    expect(await carla.ask(messageRead, { chatId, seq })).toMatchObject({ chatId, readSeq: seq })
  })

  test('somebody outside marks nothing (P3)', async () => {
    const chatId = await newGroup()
    const { id } = await say(asha, chatId)
    const stranger = await (await newPerson(server.url)).connect()
    expect(await stranger.command(messageRead, { messageId: id })).toMatchObject({ success: false, code: 'MESSAGE_NOT_FOUND' })
    expect(await stranger.command(messageRead, { chatId, seq: 2 })).toMatchObject({ success: false, code: 'CHAT_NOT_FOUND' })
    stranger.close()
  })

  test('one’s other devices learn where one is, and what is left to read, counted from scratch (S1, S2)', async () => {
    const chatId = await newGroup()
    const [first, second, hidden, gone] = [
      await say(asha, chatId),
      await say(carla, chatId),
      await say(asha, chatId),
      await say(asha, chatId),
    ]
    await say(ben, chatId)
    await ben.ask(deleteMessage, { messageId: hidden.id, forEveryone: false })
    await asha.ask(deleteMessage, { messageId: gone.id })
    const device = await ben.connect()
    await mark(ben, messageRead, { messageId: first.id })
    const { entries } = await device.next(userStream)
    const position = { kind: 'position', chatId, deliveredSeq: first.seq, readSeq: first.seq, unreadCount: 1 }
    expect(entries).toMatchObject([position])
    expect((await chatOf(ben, chatId)).unreadCount).toBe(1)
    await mark(ben, messageDelivered, { messageId: second.id })
    const delivered = { ...position, deliveredSeq: second.seq }
    expect(await device.next(userStream)).toMatchObject({ entries: [delivered] })
    const { user } = await ben.ask(sync, { userSeq: 0 })
    expect(user.entries.filter((entry) => entry.kind === 'position' && entry.chatId === chatId)).toMatchObject([delivered])
    device.close()
  })

  test('what is stored is answered as such, also where nobody can be told; devices find it later (C1)', async () => {
    const chatId = await newGroup()
    const { seq } = await say(asha, chatId)
    const { database } = server.app
    await database.raw('alter table messages rename to messages_away')
    const answer = await mark(ben, messageRead, { chatId, seq }).finally(() => database.raw('alter table messages_away rename to messages'))
    expect(answer).toMatchObject({ deliveredSeq: seq, readSeq: seq })
    const { user } = await ben.ask(sync, { userSeq: 0 })
    expect(user.entries).toContainEqual({ kind: 'position', seq: user.head, chatId, deliveredSeq: seq, readSeq: seq, unreadCount: 0 })
  })

  test('of two of whom one blocks the other neither is told how far the other reads; one’s own devices are (P4)', async () => {
    const { chat } = await ben.ask(startPrivateChat, { userId: carla.id })
    const [first, second] = [await say(ben, chat.id), await say(ben, chat.id)]
    await carla.ask(blockUser, { userId: ben.id })
    const [author, device] = await Promise.all([ben.connect(), carla.connect()])
    await mark(carla, messageRead, { messageId: first.id })
    expect(await device.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ userId: carla.id, seq: first.seq })
    await carla.ask(unblockUser, { userId: ben.id })
    await mark(carla, messageRead, { messageId: second.id })
    expect(await author.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({ seq: second.seq })
    const told = author.received.flatMap(({ name, payload }) => (name === messageStatusUpdate.name ? (payload as { seq: number }).seq : []))
    expect(told).not.toContain(first.seq)
    for (const socket of [author, device]) socket.close()
  })

  test('nor do the message and the chat tell how far the other has read since; what was so before the block stays (S1, P4)', async () => {
    const { chat } = await ben.ask(startPrivateChat, { userId: carla.id })
    const [first, second] = [await say(ben, chat.id), await say(ben, chat.id)]
    await mark(carla, messageRead, { messageId: first.id })
    const seen = async () => {
      const member = (await chatOf(ben, chat.id)).members.find(({ userId }) => userId === carla.id)
      const { deliveredTo, readBy } = await ben.ask(getMessage, { messageId: second.id })
      return { readSeq: member?.readSeq, deliveredTo: deliveredTo.length, readBy: readBy.length }
    }
    await carla.ask(blockUser, { userId: ben.id })
    await mark(carla, messageRead, { messageId: second.id })
    expect(await seen()).toEqual({ readSeq: first.seq, deliveredTo: 0, readBy: 0 })
    expect((await ben.ask(getMessage, { messageId: first.id })).readBy).toHaveLength(1)
    expect((await chatOf(carla, chat.id)).members.find(({ userId }) => userId === carla.id)).toMatchObject({ readSeq: second.seq })
    await carla.ask(unblockUser, { userId: ben.id })
    expect(await seen()).toEqual({ readSeq: second.seq, deliveredTo: 1, readBy: 1 })
  })
})
