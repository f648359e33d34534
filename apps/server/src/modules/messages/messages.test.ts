import { randomUUID } from 'node:crypto'
import { createGroup, startPrivateChat } from '@parley/protocol/chats'
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  messageDeleted,
  messageEdited,
  newMessage,
  sendMessage,
} from '@parley/protocol/messages'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPerson, type Person, request } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

const text = (value: string) => ({ type: 'text' as const, text: value })

describeOnEachDatabase('messages', (options) => {
  let server: TestServer
  let asha: Person
  let ben: Person
  let carla: Person
  let chatId: string

  beforeAll(async () => {
    server = await startServer({ ...(await options()), env: { EDIT_WINDOW_SECONDS: '0' } })
    ;[asha, ben, carla] = await Promise.all([newPerson(server.url), newPerson(server.url), newPerson(server.url)])
    chatId = (await asha.ask(startPrivateChat, { userId: ben.id })).chat.id
  })
  afterAll(() => server?.stop())

  const newGroup = async (members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map((member) => member.id) })).chat.id

  test('a message reaches every device of every member once, the sender’s too (E2, O1)', async () => {
    const sockets = await Promise.all([asha.connect(), asha.connect(), ben.connect(), ben.connect()])
    const tempId = randomUUID()
    const answer = await sockets[0].command(sendMessage, { chatId, content: text('hello'), tempId })
    if (!answer.success) throw new Error(answer.message)
    for (const socket of sockets) {
      const payload = await socket.next(newMessage, ({ message }) => message.id === answer.message.id)
      expect(payload).toEqual({ message: answer.message, tempId })
    }
    await sockets[0].command(sendMessage, { chatId, content: text('a second, to see that nothing came twice') })
    for (const socket of sockets) {
      await socket.next(newMessage)
      const copies = socket.received.filter(({ payload }) => (payload as { tempId?: string }).tempId === tempId)
      expect(copies).toHaveLength(1)
      socket.close()
    }
  })

  test('the same client id is one message, whichever path it takes, with the first acknowledgement (E1)', async () => {
    const socket = await asha.connect()
    const tempId = randomUUID()
    const sends = await Promise.all([
      socket.command(sendMessage, { chatId, content: text('once'), tempId }),
      asha.ask(sendMessage, { chatId, content: text('once'), tempId }),
      socket.command(sendMessage, { chatId, content: text('once'), tempId }),
    ])
    const late = await asha.ask(sendMessage, { chatId, content: 'once', tempId })
    const byHeader = await request(
      server.url,
      sendMessage,
      { chatId, content: 'once' },
      { token: asha.token, headers: { 'idempotency-key': tempId } },
    )
    const ids = [...sends, late, byHeader.body].map((answer) =>
      'message' in answer && typeof answer.message === 'object' ? answer.message.id : answer,
    )
    expect(new Set(ids).size).toBe(1)
    const { messages } = await ben.ask(listMessages, { chatId })
    expect(messages.filter((message) => message.content?.text === 'once')).toHaveLength(1)
    socket.close()
  })

  test('the same client id with other content is a conflict; another person may use it (E1)', async () => {
    const tempId = randomUUID()
    await asha.ask(sendMessage, { chatId, content: 'mine', tempId })
    expect((await asha.request(sendMessage, { chatId, content: 'other', tempId })).body.code).toBe('IDEMPOTENCY_CONFLICT')
    const { message } = await ben.ask(sendMessage, { chatId, content: 'mine', tempId })
    expect(message.senderId).toBe(ben.id)
  })

  test('many sends at once get one sequence without holes, the same for everybody and in history (O1)', async () => {
    const groupId = await newGroup([ben, carla])
    const sockets = await Promise.all([asha.connect(), ben.connect(), carla.connect()])
    const [watcher] = sockets
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (sockets[index % 3] as (typeof sockets)[0]).command(sendMessage, { chatId: groupId, content: text(`n ${index}`) }),
      ),
    )
    for (let count = 0; count < 60; count++) await watcher.next(newMessage, ({ message }) => message.chatId === groupId)
    const live = watcher.received
      .filter(({ name }) => name === newMessage.name)
      .map(({ payload }) => (payload as { message: { seq: number } }).message.seq)
    expect(live).toEqual(Array.from({ length: 60 }, (_, index) => index + 2))
    const { messages } = await carla.ask(listMessages, { chatId: groupId, limit: 100 })
    expect(messages.map((message) => message.seq)).toEqual(live)
    for (const socket of sockets) socket.close()
  })

  test('a second send that began after the first one’s acknowledgement has the higher number (O2)', async () => {
    const first = await asha.ask(sendMessage, { chatId, content: 'first' })
    const second = await asha.ask(sendMessage, { chatId, content: 'second' })
    expect(second.message.seq).toBeGreaterThan(first.message.seq)
  })

  test('history pages by before, after, around and page, from the oldest to the newest', async () => {
    const groupId = await newGroup([ben])
    for (let index = 0; index < 10; index++) await asha.ask(sendMessage, { chatId: groupId, content: `m${index}` })
    const texts = (answer: { messages: { content: { text: string } | null }[] }) => answer.messages.map((message) => message.content?.text)
    const newest = await ben.ask(listMessages, { chatId: groupId, limit: 4 })
    expect(texts(newest)).toEqual(['m6', 'm7', 'm8', 'm9'])
    expect(newest.asOf).toBe(11)
    const older = await ben.ask(listMessages, { chatId: groupId, limit: 4, before: Number(newest.nextCursor) })
    expect(texts(older)).toEqual(['m2', 'm3', 'm4', 'm5'])
    const oldest = await ben.ask(listMessages, { chatId: groupId, limit: 4, before: Number(older.nextCursor) })
    expect(texts(oldest)).toEqual(['m0', 'm1'])
    expect(oldest.nextCursor).toBeNull()
    const newer = await ben.ask(listMessages, { chatId: groupId, limit: 3, after: oldest.messages[1]?.id as string })
    expect(texts(newer)).toEqual(['m2', 'm3', 'm4'])
    expect(newer.newerCursor).toBe(String(newer.messages[2]?.seq))
    const around = await ben.ask(listMessages, { chatId: groupId, limit: 4, around: newer.messages[2]?.id as string })
    expect(texts(around)).toEqual(['m2', 'm3', 'm4', 'm5'])
    const numbered = await ben.ask(listMessages, { chatId: groupId, limit: 4, page: 2 })
    expect(texts(numbered)).toEqual(['m2', 'm3', 'm4', 'm5'])
    expect(numbered).toMatchObject({ page: 2, limit: 4, total: 10 })
  })

  test('an edit reaches every device of every member and history alike, as an entry of the stream (E2, O3)', async () => {
    const sockets = await Promise.all([asha.connect(), ben.connect(), ben.connect()])
    const { message } = await asha.ask(sendMessage, { chatId, content: 'tpyo' })
    const edited = await asha.ask(editMessage, { messageId: message.id, content: 'typo' })
    expect(edited.message).toMatchObject({ id: message.id, seq: message.seq, content: text('typo') })
    expect(edited.message.rev).toBeGreaterThan(message.rev)
    for (const socket of sockets) {
      const payload = await socket.next(messageEdited)
      expect(payload).toMatchObject({ chatId, seq: edited.message.rev })
      expect(edited.message).toMatchObject(payload.message)
      socket.close()
    }
    const { message: read } = await ben.ask(getMessage, { messageId: message.id })
    expect(read).toMatchObject(edited.message)
  })

  test('what is deleted for everyone keeps its place and nothing of its content, in quotes as well', async () => {
    const socket = await ben.connect()
    const { message } = await asha.ask(sendMessage, { chatId, content: 'a secret' })
    const { message: reply } = await ben.ask(sendMessage, { chatId, content: 'indeed', replyTo: message.id })
    expect(reply.replyTo).toMatchObject({ id: message.id, senderId: asha.id, content: text('a secret') })
    await asha.ask(deleteMessage, { messageId: message.id })
    expect(await socket.next(messageDeleted)).toMatchObject({ chatId, messageId: message.id })
    const { messages } = await ben.ask(listMessages, { chatId })
    expect(messages.find(({ id }) => id === message.id)).toMatchObject({ seq: message.seq, content: null })
    expect(JSON.stringify(messages)).not.toContain('a secret')
    expect((await asha.request(editMessage, { messageId: message.id, content: 'back' })).body.code).toBe('MESSAGE_DELETED')
    expect((await asha.request(sendMessage, { chatId, content: 'late', replyTo: message.id })).body.code).toBe('REPLY_NOT_FOUND')
    socket.close()
  })

  test('deleting twice is one entry of the stream', async () => {
    const { message } = await asha.ask(sendMessage, { chatId, content: 'twice' })
    const first = await asha.ask(deleteMessage, { messageId: message.id })
    const second = await asha.ask(deleteMessage, { messageId: message.id })
    expect(second.message).toEqual(first.message)
  })

  test('a reply to a message of another chat is refused, and nobody receives it (D2)', async () => {
    const groupId = await newGroup([carla])
    const { message: elsewhere } = await asha.ask(sendMessage, { chatId: groupId, content: 'elsewhere' })
    const socket = await ben.connect()
    const refused = await asha.request(sendMessage, { chatId, content: 'refused', replyTo: elsewhere.id })
    expect(refused).toMatchObject({ status: 422, body: { code: 'REPLY_NOT_FOUND' } })
    await asha.ask(sendMessage, { chatId, content: 'taken' })
    expect((await socket.next(newMessage)).message.content).toEqual(text('taken'))
    expect(JSON.stringify(await ben.ask(listMessages, { chatId }))).not.toContain('refused')
    socket.close()
  })

  test('mentions keep only members', async () => {
    const { message } = await asha.ask(sendMessage, { chatId, content: 'hi', mentions: [ben.id, carla.id, ben.id] })
    expect(message.mentions).toEqual([ben.id])
  })

  test('a send without an acknowledgement callback that fails says so with message_error', async () => {
    const socket = await asha.connect()
    const tempId = randomUUID()
    const failed = new Promise((resolve) => socket.socket.once('message_error', resolve))
    socket.socket.emit('send_message', { chatId: randomUUID(), content: 'x', tempId })
    expect(await failed).toMatchObject({ tempId, code: 'CHAT_NOT_FOUND' })
    socket.close()
  })
})
