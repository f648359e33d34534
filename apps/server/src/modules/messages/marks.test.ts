import { addMembers, createGroup, getChat, listChats, removeMember } from '@parley/protocol/chats'
import {
  deleteMessage,
  getMessage,
  listMessages,
  listStarred,
  type Message,
  messageDeleted,
  sendMessage,
  starMessage,
} from '@parley/protocol/messages'
import { sync, userStream } from '@parley/protocol/streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPerson, type Person, type TestSocket } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

describeOnEachDatabase('what one does with messages for oneself', (options) => {
  let server: TestServer
  let asha: Person
  let ben: Person
  let chatId: string

  beforeAll(async () => {
    server = await startServer(await options())
    ;[asha, ben] = await Promise.all([newPerson(server.url), newPerson(server.url)])
  })
  beforeAll(async () => {
    chatId = await newGroup()
  })
  afterAll(() => server?.stop())

  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id
  const say = async (chat = chatId, replyTo?: string): Promise<Message> =>
    (await asha.ask(sendMessage, { chatId: chat, content: 'hello', ...(replyTo && { replyTo }) })).message
  const own = (socket: TestSocket, kind: string) =>
    socket.received.flatMap(({ name, payload }) =>
      name === userStream.name ? (payload as { entries: { kind: string }[] }).entries.filter((entry) => entry.kind === kind) : [],
    )
  const history = async (person: Person, chat = chatId) => (await person.ask(listMessages, { chatId: chat })).messages.map(({ id }) => id)

  describe('deleting for oneself', () => {
    const hide = (person: Person, messageId: string) => person.ask(deleteMessage, { messageId, forEveryone: false })

    test('takes a message out of every place where I would see it, and nobody else loses it (C2)', async () => {
      const chat = await newGroup()
      const [first, second] = [await say(chat), await say(chat)]
      expect((await ben.ask(getChat, { chatId: chat })).chat).toMatchObject({ unreadCount: 2, lastMessage: { id: second.id } })
      await hide(ben, second.id)
      expect((await ben.ask(getChat, { chatId: chat })).chat).toMatchObject({ unreadCount: 1, lastMessage: { id: first.id } })
      expect(await history(ben, chat)).toEqual([first.id])
      expect((await ben.ask(listMessages, { chatId: chat, page: 1 })).total).toBe(1)
      expect((await ben.request(getMessage, { messageId: second.id })).body.code).toBe('MESSAGE_NOT_FOUND')
      const [delta] = (await ben.ask(sync, { chats: { [chat]: 0 } })).chats
      expect(delta?.messages.map(({ id }) => id)).toEqual([first.id])
      expect(await history(asha, chat)).toEqual([first.id, second.id])
      expect((await asha.ask(listChats, {})).chats.find(({ id }) => id === chat)?.lastMessage?.id).toBe(second.id)
    })

    test('tells my other devices and nobody else, once however often I ask (E1)', async () => {
      const { id: messageId } = await say()
      const [device, other] = await Promise.all([ben.connect(), asha.connect()])
      const answers = [await hide(ben, messageId), await hide(ben, messageId)]
      expect(answers[1]).toEqual(answers[0])
      await ben.ask(starMessage, { messageId: (await say()).id })
      await device.next(userStream, ({ entries }) => entries.some(({ kind }) => kind === 'star'))
      expect(own(device, 'hidden')).toEqual([{ kind: 'hidden', seq: expect.any(Number), chatId, messageId }])
      expect(own(other, 'hidden')).toEqual([])
      expect(other.received.map(({ name }) => name)).not.toContain(messageDeleted.name)
      for (const socket of [device, other]) socket.close()
    })

    test('leaves what others quoted of it in their words', async () => {
      const { id: messageId } = await say()
      const reply = await say(chatId, messageId)
      await hide(ben, messageId)
      const { message } = await ben.ask(getMessage, { messageId: reply.id })
      expect(message.replyTo).toMatchObject({ id: messageId, content: { text: 'hello' } })
    })

    test('may still be followed by deleting one’s own for everyone', async () => {
      const { id: messageId } = await say()
      await hide(asha, messageId)
      await asha.ask(deleteMessage, { messageId })
      expect((await ben.ask(getMessage, { messageId })).message.content).toBeNull()
    })

    test('is for what I see alone (P1, P3)', async () => {
      const stranger = await newPerson(server.url)
      const { id: messageId } = await say()
      expect((await stranger.request(deleteMessage, { messageId, forEveryone: false })).body.code).toBe('MESSAGE_NOT_FOUND')
    })
  })

  describe('stars', () => {
    const star = (person: Person, messageId: string, starred = true) => person.ask(starMessage, { messageId, starred })
    const starredBy = async (person: Person) => (await person.ask(listStarred, {})).messages.map(({ id }) => id)

    test('are listed with the latest first, page by page, each once', async () => {
      const carla = await newPerson(server.url)
      const chat = (await carla.ask(createGroup, { name: 'Mine' })).chat.id
      const ids: string[] = []
      for (let nth = 0; nth < 5; nth++) ids.unshift((await carla.ask(sendMessage, { chatId: chat, content: `m${nth}` })).message.id)
      for (const id of ids.toReversed()) await star(carla, id)
      const found: string[] = []
      let before: string | undefined
      do {
        const page = await carla.ask(listStarred, { limit: 2, ...(before && { before }) })
        found.push(...page.messages.map(({ id }) => id))
        expect(page.messages.every(({ starred, sender }) => starred && sender.id === carla.id)).toBe(true)
        before = page.nextCursor ?? undefined
      } while (before !== undefined)
      expect(found).toEqual(ids)
    })

    test('show in my history alone, and my devices are told once (C2, E1)', async () => {
      const { id: messageId } = await say()
      const device = await ben.connect()
      await Promise.all([star(ben, messageId), star(ben, messageId), star(ben, messageId)])
      const starredIn = async (person: Person) =>
        (await person.ask(listMessages, { chatId })).messages.find(({ id }) => id === messageId)?.starred
      expect([await starredIn(ben), await starredIn(asha)]).toEqual([true, false])
      await star(ben, messageId, false)
      await device.next(userStream, ({ entries }) => entries.some((entry) => entry.kind === 'star' && !entry.starred))
      expect(own(device, 'star')).toHaveLength(2)
      expect(await starredIn(ben)).toBe(false)
      device.close()
    })

    test('never show what I may not see any more, or what is deleted (P1)', async () => {
      const chat = await newGroup()
      const [kept, hidden, deleted] = [await say(chat), await say(chat), await say(chat)]
      for (const { id } of [kept, hidden, deleted]) await star(ben, id)
      await ben.ask(deleteMessage, { messageId: hidden.id, forEveryone: false })
      await asha.ask(deleteMessage, { messageId: deleted.id })
      const ofChat = async () => (await starredBy(ben)).filter((id) => [kept.id, hidden.id, deleted.id].includes(id))
      expect(await ofChat()).toEqual([kept.id])
      expect((await ben.ask(getMessage, { messageId: deleted.id })).message.starred).toBe(false)
      expect((await ben.request(starMessage, { messageId: deleted.id })).body.code).toBe('MESSAGE_DELETED')
      await asha.ask(removeMember, { chatId: chat, userId: ben.id })
      expect(await ofChat()).toEqual([])
      expect((await ben.request(starMessage, { messageId: kept.id, starred: false })).body.code).toBe('MESSAGE_NOT_FOUND')
      await asha.ask(addMembers, { chatId: chat, userId: ben.id })
      expect(await ofChat()).toEqual([kept.id])
    })
  })
})
