import { createGroup, getChat, removeMember, startPrivateChat } from '@parley/protocol/chats'
import { listMessages, newMessage, sendMessage } from '@parley/protocol/messages'
import { typingStart, typingStop, userStatusChanged, userTyping, watchPresence } from '@parley/protocol/presence'
import { sync, userStream } from '@parley/protocol/streams'
import {
  blockUser,
  getProfile,
  getSettings,
  getUser,
  searchUsers,
  unblockUser,
  updateProfile,
  updateSettings,
} from '@parley/protocol/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPerson, type Person, type TestSocket } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { startServer, type TestServer } from '../../testing/server.ts'

const hidden = { status: 'offline', lastSeen: null }

describeOnEachDatabase('privacy', (options) => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(await options())
  })
  afterAll(() => server?.stop())

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => newPerson(server.url)))
  const lastSeen = new Date('2026-01-01T00:00:00Z')
  /** Somebody who was there some time ago, so that there is something to hide. */
  const seenBefore = async (): Promise<Person> => {
    const person = await newPerson(server.url)
    await server.app.database.query.updateTable('users').set({ last_seen_at: lastSeen }).where('id', '=', person.id).execute()
    return person
  }
  const watch = async (viewer: Person, owner: Person) => {
    const socket = await viewer.connect()
    const answer = await socket.command(watchPresence, { userIds: [owner.id] })
    if (!answer.success) throw new Error(answer.message)
    return { socket, presence: answer.presences[0] }
  }
  const statuses = (socket: TestSocket) =>
    socket.received.flatMap(({ name, payload }) => (name === userStatusChanged.name ? [payload] : []))
  /** Waits for something that was sent after all that could have been told before. */
  const marker = async (socket: TestSocket, viewer: Person) => {
    const { chat } = await viewer.ask(createGroup, { name: 'marker' })
    const { message } = await viewer.ask(sendMessage, { chatId: chat.id, content: 'marker' })
    await socket.next(newMessage, (event) => event.message.id === message.id)
  }

  /** Every answer that shows one person to another. */
  const waysToSee = async (viewer: Person, owner: Person, chatId: string) => {
    const { username } = (await owner.ask(getProfile, {})).user
    const { presence, socket } = await watch(viewer, owner)
    socket.close()
    const { chats } = await viewer.ask(sync, { chats: { [chatId]: 0 } })
    const inChat = (members: { userId: string; user: { status: string; lastSeen: string | null } }[] | undefined) =>
      members?.find(({ userId }) => userId === owner.id)?.user
    return [
      presence,
      (await viewer.ask(getUser, { userId: owner.id })).user,
      (await viewer.ask(searchUsers, { q: username })).users.find(({ id }) => id === owner.id),
      inChat((await viewer.ask(getChat, { chatId })).chat.members),
      inChat(chats[0]?.chat?.members),
      (await viewer.ask(listMessages, { chatId })).messages.find(({ senderId }) => senderId === owner.id)?.sender,
    ].map((person) => ({ status: person?.status, lastSeen: person?.lastSeen }))
  }

  describe('settings', () => {
    test('start open, keep what is left out, and show in my profile', async () => {
      const [asha] = (await people(1)) as [Person]
      const open = { online: 'everyone', lastSeen: 'everyone' }
      expect(await asha.ask(getSettings, {})).toMatchObject({ settings: { theme: expect.any(String), privacy: open } })
      await asha.ask(updateSettings, { privacy: { lastSeen: 'nobody' } })
      const { settings } = await asha.ask(updateSettings, { theme: 'dark', privacy: {} })
      expect(settings).toEqual({ theme: 'dark', privacy: { online: 'everyone', lastSeen: 'nobody' } })
      expect((await asha.ask(getSettings, {})).settings).toEqual(settings)
      expect((await asha.ask(getProfile, {})).user.settings).toEqual(settings)
    })

    test('reach my other devices and nobody else’s, however they are changed (C2)', async () => {
      const [asha, ben] = (await people(2)) as [Person, Person]
      await asha.ask(startPrivateChat, { userId: ben.id })
      const [mine, his] = await Promise.all([asha.connect(), ben.connect()])
      const { settings } = await asha.ask(updateSettings, { privacy: { online: 'contacts' } })
      expect((await mine.next(userStream)).entries).toEqual([{ kind: 'settings', seq: expect.any(Number), settings }])
      await asha.ask(updateProfile, { theme: 'dark' })
      expect((await mine.next(userStream)).entries).toMatchObject([{ kind: 'settings', settings: { ...settings, theme: 'dark' } }])
      await marker(his, ben)
      expect(JSON.stringify(his.received)).not.toContain('contacts')
      for (const socket of [mine, his]) socket.close()
    })

    test.each([{ privacy: { online: 'friends' } }, { privacy: { stories: 'nobody' } }, { privacy: null }, { theme: 'pink' }])(
      '%j is refused',
      async (input) => {
        const [asha] = (await people(1)) as [Person]
        expect((await asha.request(updateSettings, input)).body.code).toBe('VALIDATION_FAILED')
      },
    )
  })

  describe('who sees that I am there, and when I was', () => {
    test.each([
      ['everyone', true, true],
      ['contacts', true, false],
      ['nobody', false, false],
    ] as const)('%s: in every answer alike', async (visibility, toContacts, toStrangers) => {
      const [contact, stranger] = (await people(2)) as [Person, Person]
      const owner = await seenBefore()
      const { chat } = await contact.ask(createGroup, { name: 'Group', memberIds: [owner.id] })
      await owner.ask(sendMessage, { chatId: chat.id, content: 'hello' })
      await owner.ask(updateSettings, { privacy: { online: visibility, lastSeen: visibility } })
      const socket = await owner.connect()
      const shown = { status: 'online', lastSeen: lastSeen.toISOString() }
      for (const seen of await waysToSee(contact, owner, chat.id)) expect(seen).toEqual(toContacts ? shown : hidden)
      const { user } = await stranger.ask(getUser, { userId: owner.id })
      expect(user).toMatchObject(toStrangers ? shown : hidden)
      const { presence, socket: watching } = await watch(stranger, owner)
      expect(presence).toMatchObject(toStrangers ? shown : hidden)
      expect((await owner.ask(getUser, { userId: owner.id })).user).toMatchObject(shown)
      for (const each of [socket, watching]) each.close()
    })

    test('each of the two is for itself', async () => {
      const [viewer] = (await people(1)) as [Person]
      const owner = await seenBefore()
      const socket = await owner.connect()
      const seen = async () => (await viewer.ask(getUser, { userId: owner.id })).user
      await owner.ask(updateSettings, { privacy: { online: 'nobody', lastSeen: 'everyone' } })
      expect(await seen()).toMatchObject({ status: 'offline', lastSeen: lastSeen.toISOString() })
      await owner.ask(updateSettings, { privacy: { online: 'everyone', lastSeen: 'nobody' } })
      expect(await seen()).toMatchObject({ status: 'online', lastSeen: null })
      socket.close()
    })

    test('changing it tells those who watch, at once; my coming is then nothing to them', async () => {
      const [viewer, owner] = (await people(2)) as [Person, Person]
      const { socket: watching } = await watch(viewer, owner)
      const first = await owner.connect()
      expect(await watching.next(userStatusChanged)).toMatchObject({ userId: owner.id, status: 'online' })
      await owner.ask(updateSettings, { privacy: { online: 'nobody', lastSeen: 'nobody' } })
      expect(await watching.next(userStatusChanged)).toMatchObject({ userId: owner.id, ...hidden })
      await owner.ask(updateSettings, { privacy: { online: 'everyone' } })
      expect(await watching.next(userStatusChanged)).toMatchObject({ userId: owner.id, status: 'online', lastSeen: null })
      for (const each of [watching, first]) each.close()
    })

    test('who may not see me is not told that I came', async () => {
      const [viewer, owner] = (await people(2)) as [Person, Person]
      await owner.ask(updateSettings, { privacy: { online: 'nobody' } })
      const { socket: watching } = await watch(viewer, owner)
      const { socket: own } = await watch(owner, owner)
      await marker(watching, viewer)
      expect(statuses(watching)).toEqual([])
      for (const each of [watching, own]) each.close()
    })

    test('who saw me, and then lost sight of me as we share no chat any more, is told once that I am not there (S3)', async () => {
      const [viewer, owner] = (await people(2)) as [Person, Person]
      const { chat } = await owner.ask(createGroup, { name: 'Group', memberIds: [viewer.id] })
      await owner.ask(updateSettings, { privacy: { online: 'contacts', lastSeen: 'contacts' } })
      const first = await owner.connect()
      const { socket: watching, presence } = await watch(viewer, owner)
      expect(presence?.status).toBe('online')
      await owner.ask(removeMember, { chatId: chat.id, userId: viewer.id })
      first.close()
      expect(await watching.next(userStatusChanged)).toMatchObject({ userId: owner.id, ...hidden })
      const { socket: own } = await watch(owner, owner)
      await marker(watching, viewer)
      expect(statuses(watching)).toHaveLength(1)
      for (const each of [watching, own]) each.close()
    })

    test('nobody hears me writing who may not see that I am there', async () => {
      const [viewer, owner] = (await people(2)) as [Person, Person]
      const chatId = (await viewer.ask(startPrivateChat, { userId: owner.id })).chat.id
      const [reader, typist] = await Promise.all([viewer.connect(), owner.connect()])
      await owner.ask(updateSettings, { privacy: { online: 'nobody' } })
      expect(await typist.command(typingStart, { chatId })).toMatchObject({ success: true })
      await typist.command(typingStop, { chatId })
      await owner.ask(updateSettings, { privacy: { online: 'contacts' } })
      await typist.command(typingStart, { chatId })
      expect((await reader.next(userTyping)).isTyping).toBe(true)
      expect(reader.received.filter(({ name }) => name === userTyping.name)).toHaveLength(1)
      for (const each of [reader, typist]) each.close()
    })
  })

  describe('who is blocked', () => {
    test('sees nothing of my presence in any answer, whatever my settings say (P4)', async () => {
      const [viewer] = (await people(1)) as [Person]
      const owner = await seenBefore()
      const { chat } = await viewer.ask(createGroup, { name: 'Group', memberIds: [owner.id] })
      await owner.ask(sendMessage, { chatId: chat.id, content: 'hello' })
      const socket = await owner.connect()
      await owner.ask(blockUser, { userId: viewer.id })
      for (const seen of await waysToSee(viewer, owner, chat.id)) expect(seen).toEqual(hidden)
      socket.close()
    })

    test('is told that I went, at once, and nothing of my coming; others are (P4)', async () => {
      const [blocked, other, owner] = (await people(3)) as [Person, Person, Person]
      const [{ socket: watching }, { socket: fellow }] = await Promise.all([watch(blocked, owner), watch(other, owner)])
      const socket = await owner.connect()
      for (const each of [watching, fellow]) expect((await each.next(userStatusChanged)).status).toBe('online')
      await owner.ask(blockUser, { userId: blocked.id })
      expect(await watching.next(userStatusChanged)).toMatchObject({ userId: owner.id, ...hidden })
      socket.close()
      expect((await fellow.next(userStatusChanged)).status).toBe('offline')
      const again = await owner.connect()
      expect((await fellow.next(userStatusChanged)).status).toBe('online')
      await marker(watching, blocked)
      expect(statuses(watching)).toHaveLength(2)
      await owner.ask(unblockUser, { userId: blocked.id })
      expect((await watching.next(userStatusChanged)).status).toBe('online')
      expect(statuses(fellow)).toHaveLength(3)
      for (const each of [watching, fellow, again]) each.close()
    }, 40_000)

    test('hears neither me writing nor I them in our chat, nor me in a group; others do (P4)', async () => {
      const [blocked, other, owner] = (await people(3)) as [Person, Person, Person]
      const chatId = (await blocked.ask(startPrivateChat, { userId: owner.id })).chat.id
      const groupId = (await other.ask(createGroup, { name: 'Group', memberIds: [blocked.id, owner.id] })).chat.id
      await owner.ask(blockUser, { userId: blocked.id })
      const [his, mine, fellow] = await Promise.all([blocked.connect(), owner.connect(), other.connect()])
      expect(await mine.command(typingStart, { chatId })).toMatchObject({ success: true })
      expect(await his.command(typingStart, { chatId })).toMatchObject({ success: true })
      await mine.command(typingStart, { chatId: groupId })
      expect((await fellow.next(userTyping)).userId).toBe(owner.id)
      await his.command(typingStart, { chatId: groupId })
      expect((await mine.next(userTyping)).chatId).toBe(groupId)
      await marker(his, blocked)
      for (const socket of [his, mine]) {
        const heard = socket.received.filter(({ name }) => name === userTyping.name)
        expect(heard).toHaveLength(socket === mine ? 1 : 0)
      }
      for (const each of [his, mine, fellow]) each.close()
    })
  })
})
