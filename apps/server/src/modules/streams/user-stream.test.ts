import { randomUUID } from 'node:crypto'
import { addMembers, createGroup, getChat, listChats, removeMember, saveDraft, updateChatSettings } from '@parley/protocol/chats'
import { deleteMessage, messageRead, messageStatusUpdate, sendMessage, starMessage } from '@parley/protocol/messages'
import { sync, syncPage, type UserDelta, type UserEntry, userStream } from '@parley/protocol/streams'
import { blockUser, unblockUser, updateSettings } from '@parley/protocol/users'
import { beforeAll, expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { ask, connect, newPerson, type Person, type TestSocket } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { manyGroups } from '../../testing/many-chats.ts'
import { leaveAside } from '../../testing/mirrors.ts'
import { createDatabase, describePostgres, postgresUrl } from '../../testing/postgres.ts'
import { describeRedis } from '../../testing/redis.ts'
import { startServer } from '../../testing/server.ts'
import { appendToOwn, type OwnEntry } from './user-log.queries.ts'

const targetOf = (entry: UserEntry): string => {
  if (entry.kind === 'settings') return 'settings'
  if (entry.kind === 'block') return `block ${entry.userId}`
  return `${entry.kind} ${'messageId' in entry ? entry.messageId : entry.chatId}`
}

/** What a device knows that applies entries as they come: of each thing the highest number, of a chat that it left nothing else. */
class Device {
  readonly #entries = new Map<string, UserEntry>()
  seq = 0

  apply(entries: readonly UserEntry[]): void {
    for (const entry of entries) {
      const known = this.#entries.get(targetOf(entry))
      if (known === undefined || known.seq < entry.seq) this.#entries.set(targetOf(entry), entry)
    }
  }

  get known(): UserEntry[] {
    const all = [...this.#entries.values()].sort((one, other) => one.seq - other.seq)
    const left = new Set(all.flatMap((entry) => (entry.kind === 'membership' && !entry.member ? entry.chatId : [])))
    return all.filter((entry) => entry.kind === 'membership' || !('chatId' in entry) || !left.has(entry.chatId))
  }

  /** Asks page after page until nothing is left. */
  async catchUp(person: Person): Promise<UserDelta[]> {
    const pages: UserDelta[] = []
    do {
      const { user } = await person.ask(sync, { userSeq: this.seq })
      this.apply(user.entries)
      this.seq = user.to
      pages.push(user)
    } while (this.seq < (pages.at(-1)?.head ?? 0))
    return pages
  }

  hears(socket: TestSocket): this {
    socket.socket.on(userStream.name, ({ entries }: { entries: UserEntry[] }) => this.apply(entries))
    return this
  }
}

const entriesHeard = (socket: TestSocket) =>
  socket.received.flatMap(({ name, payload }) => (name === userStream.name ? (payload as { entries: UserEntry[] }).entries : []))

describeOnEachDatabase("a person's own stream", (options) => {
  const { server, asha, ben, carla } = cast(options)
  /** In which carla is. */
  let many: string[]

  beforeAll(async () => {
    many = await manyGroups(server.app.database, [asha.id, carla.id], 150)
  })

  const newGroup = async (...members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map(({ id }) => id) })).chat.id
  const say = async (chatId: string, content = 'hello') => (await asha.ask(sendMessage, { chatId, content })).message
  const read = async (person: Person, chatId: string, seq: number) => {
    const socket = await person.connect()
    expect(await socket.command(messageRead, { chatId, seq })).toMatchObject({ success: true })
    socket.close()
  }
  const afresh = async (person: Person) => {
    const device = new Device()
    await device.catchUp(person)
    return device
  }

  /** Everything that somebody may do for themselves alone, and what others do to them. */
  async function aBusyDay(person: Person) {
    const [kept, left, back] = [await newGroup(person), await newGroup(person), await newGroup(person)]
    const [first, second, third] = [await say(kept), await say(kept), await say(kept)]
    await person.ask(updateChatSettings, { chatId: kept, pinned: true, mutedUntil: '9999-12-31T00:00:00Z' })
    await person.ask(saveDraft, { chatId: kept, text: 'half a sent' })
    await person.ask(saveDraft, { chatId: kept, text: 'half a sentence', replyTo: first.id })
    await person.ask(saveDraft, { chatId: left, text: 'never to be sent' })
    await person.ask(starMessage, { messageId: first.id })
    await person.ask(starMessage, { messageId: second.id })
    await person.ask(starMessage, { messageId: second.id, starred: false })
    await person.ask(deleteMessage, { messageId: third.id, forEveryone: false })
    await read(person, kept, first.seq)
    await person.ask(blockUser, { userId: ben.id })
    await person.ask(updateSettings, { theme: 'dark' })
    for (const chatId of [left, back]) await asha.ask(removeMember, { chatId, userId: person.id })
    await asha.ask(addMembers, { chatId: back, userId: person.id })
    return { kept, left, back, first, second, third }
  }

  test('a device that starts from nothing knows what one knows that was always online, of every kind (C2, E2)', async () => {
    const person = await newPerson(server.url)
    const socket = await person.connect()
    const online = new Device().hears(socket)
    const { kept, left, back, first, second, third } = await aBusyDay(person)
    const fresh = await afresh(person)
    await socket.next(userStream, ({ entries }) => entries.some(({ seq }) => seq === fresh.seq))
    expect(online.known).toEqual(fresh.known)
    const of = (kind: UserEntry['kind']) => fresh.known.filter((entry) => entry.kind === kind)
    expect(of('membership')).toMatchObject([
      { chatId: kept, member: true },
      { chatId: left, member: false },
      { chatId: back, member: true },
    ])
    expect(of('chat_settings')).toMatchObject([
      { chatId: kept, mySettings: { mutedUntil: '9999-12-31T00:00:00.000Z', pinnedAt: expect.any(String), archivedAt: null } },
    ])
    expect(of('draft')).toMatchObject([{ chatId: kept, draft: { text: 'half a sentence', replyTo: first.id } }])
    expect(of('star')).toMatchObject([
      { chatId: kept, messageId: first.id, starred: true },
      { chatId: kept, messageId: second.id, starred: false },
    ])
    expect(of('hidden')).toMatchObject([{ chatId: kept, messageId: third.id }])
    expect(of('position')).toMatchObject([{ chatId: kept, deliveredSeq: first.seq, readSeq: first.seq, unreadCount: 1 }])
    expect(of('block')).toMatchObject([{ userId: ben.id, blocked: true }])
    expect(of('settings')).toMatchObject([{ settings: { theme: 'dark' } }])
    socket.close()
  })

  test('a device that was away learns exactly what changed meanwhile (C1)', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    const device = await afresh(person)
    const { seq } = device
    expect(await person.ask(sync, { userSeq: seq })).toMatchObject({ user: { from: seq, to: seq, head: seq, entries: [] } })
    await person.ask(updateChatSettings, { chatId, archived: true })
    await person.ask(saveDraft, { chatId, text: 'one' })
    await person.ask(saveDraft, { chatId, text: 'two' })
    const [page] = await device.catchUp(person)
    expect(page).toMatchObject({ from: seq, to: seq + 3, head: seq + 3 })
    expect(page?.entries).toMatchObject([
      { kind: 'chat_settings', seq: seq + 1, chatId, mySettings: { archivedAt: expect.any(String) } },
      { kind: 'draft', seq: seq + 3, chatId, draft: { text: 'two' } },
    ])
    expect(device.known).toEqual((await afresh(person)).known)
  })

  test('an answer without a number says where the stream is; a number from the future starts over (C1)', async () => {
    const person = await newPerson(server.url)
    await newGroup(person)
    expect((await person.ask(sync, {})).user).toEqual({ from: 1, to: 1, head: 1, entries: [] })
    expect((await person.ask(sync, { userSeq: 99 })).user).toMatchObject({ from: 0, to: 1, head: 1, entries: [{ kind: 'membership' }] })
  })

  test('450 entries come page by page, complete, while new ones arrive (C1, C2)', async () => {
    const changes = many.flatMap((targetId) => (['chat_settings', 'draft'] as const).map((kind) => ({ userId: carla.id, kind, targetId })))
    await server.app.database.transaction((tx) => appendToOwn(tx, changes))
    const device = new Device()
    const pages: number[] = []
    for (const chatId of many.slice(0, 12)) {
      const [{ user }] = await Promise.all([
        carla.ask(sync, { userSeq: device.seq }),
        carla.ask(saveDraft, { chatId, text: `while page ${pages.length} was read` }),
      ])
      expect(user.from).toBe(device.seq)
      expect(user.entries.every(({ seq }) => seq > user.from && seq <= user.to)).toBe(true)
      device.apply(user.entries)
      device.seq = user.to
      pages.push(user.entries.length)
    }
    await device.catchUp(carla)
    expect(Math.max(...pages)).toBe(syncPage)
    expect(pages.slice(0, 3).every((length) => length >= 50)).toBe(true)
    expect(device.known).toEqual((await afresh(carla)).known)
    expect(device.known).toHaveLength(450)
  })

  test('an answer is bounded: drafts that no longer fit come with the next one (B1, C1)', async () => {
    const device = await afresh(carla)
    await Promise.all(many.slice(0, 60).map((chatId) => carla.ask(saveDraft, { chatId, text: 'x'.repeat(10_000) })))
    const pages = await device.catchUp(carla)
    expect(pages.map(({ entries }) => entries.filter(({ kind }) => kind === 'draft').length)).toEqual([50, 10])
    const known = ({ known }: Device) => known.map(({ kind, seq }) => ({ kind, seq }))
    expect(known(device)).toEqual(known(await afresh(carla)))
  })

  test('of a chat that one was removed from nothing is left but that one is not in it; coming back shows it again (P1, C2)', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    const { seq, id } = await say(chatId, 'a secret')
    await person.ask(saveDraft, { chatId, text: 'a draft' })
    await person.ask(updateChatSettings, { chatId, pinned: true })
    await person.ask(starMessage, { messageId: id })
    await read(person, chatId, seq)
    const { since } = await person.ask(sync, {})
    const socket = await person.connect()
    await asha.ask(removeMember, { chatId, userId: person.id })
    const { entries } = await socket.next(userStream)
    expect(entries).toEqual([{ kind: 'membership', seq: 6, chatId, member: false }])
    socket.close()
    const answer = await person.ask(sync, { userSeq: 0, since })
    expect(answer.user.entries).toEqual(entries)
    expect(answer.heads).toEqual([])
    await asha.ask(addMembers, { chatId, userId: person.id })
    const { user } = await person.ask(sync, { userSeq: answer.user.to })
    expect(user).toMatchObject({ from: 6, to: 11, head: 11 })
    expect(user.entries[0]).toMatchObject({ kind: 'membership', chatId, member: true })
    const kinds = Object.fromEntries(user.entries.map((entry) => [entry.kind, entry]))
    expect(kinds.draft).toMatchObject({ chatId, draft: { text: 'a draft' } })
    expect(kinds.chat_settings).toMatchObject({ chatId, mySettings: { pinnedAt: expect.any(String) } })
    expect(kinds.position).toMatchObject({ chatId, readSeq: seq, unreadCount: 0 })
    expect(kinds.star).toMatchObject({ chatId, messageId: id, starred: true })
    const { chat } = await person.ask(getChat, { chatId })
    expect(chat).toMatchObject({ draft: { text: 'a draft' }, mySettings: { pinnedAt: expect.any(String) } })
  })

  test("nobody hears or reads anything of somebody else's stream (P1)", async () => {
    const [person, other] = await Promise.all([newPerson(server.url), newPerson(server.url)])
    const chatId = await newGroup(person, other)
    const socket = await other.connect()
    await person.ask(updateChatSettings, { chatId, archived: true })
    await person.ask(saveDraft, { chatId, text: 'a draft' })
    await other.ask(saveDraft, { chatId, text: 'my own' })
    await socket.next(userStream)
    expect(entriesHeard(socket)).toMatchObject([{ kind: 'draft', draft: { text: 'my own' } }])
    expect((await other.ask(sync, { userSeq: 0 })).user.entries).toMatchObject([
      { kind: 'membership' },
      { kind: 'draft', draft: { text: 'my own' } },
    ])
    const { chat } = await other.ask(getChat, { chatId })
    expect(chat).toMatchObject({ mySettings: { archivedAt: null }, draft: { text: 'my own' } })
    socket.close()
  })

  test('of two devices that write a draft the last one is right, on both (O3, E2)', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    const sockets = await Promise.all([person.connect(), person.connect()])
    const devices = sockets.map((socket) => new Device().hears(socket))
    const texts = Array.from({ length: 20 }, (_, index) => `draft ${index}`)
    await Promise.all(texts.map((text, index) => sockets[index % 2]?.command(saveDraft, { chatId, text })))
    const { draft } = (await person.ask(getChat, { chatId })).chat
    for (const [index, socket] of sockets.entries()) {
      await socket.next(userStream, ({ entries }) => entries.some(({ seq }) => seq === 1 + texts.length))
      expect(devices[index]?.known).toMatchObject([{ kind: 'draft', draft }])
    }
    expect(await sockets[0]?.command(saveDraft, { chatId, text: '' })).toMatchObject({ success: true, draft: null })
    expect(await sockets[1]?.next(userStream, ({ entries }) => entries.some(({ seq }) => seq === 2 + texts.length))).toMatchObject({
      entries: [{ kind: 'draft', chatId, draft: null }],
    })
    expect((await person.ask(getChat, { chatId })).chat.draft).toBeNull()
    expect((await afresh(person)).known).toMatchObject([{ kind: 'membership' }, { kind: 'draft', draft: null }])
    for (const socket of sockets) socket.close()
  })

  test('what changes nothing takes no number', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    expect((await person.ask(saveDraft, { chatId, text: '' })).draft).toBeNull()
    expect((await person.ask(updateChatSettings, { chatId })).mySettings).toEqual({ mutedUntil: null, pinnedAt: null, archivedAt: null })
    expect((await afresh(person)).seq).toBe(1)
  })

  test('settings that are left out stay, and what is pinned stays pinned since when it was', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    const { pinnedAt } = (await person.ask(updateChatSettings, { chatId, pinned: true, mutedUntil: '2030-01-01T00:00:00Z' })).mySettings
    const { mySettings } = await person.ask(updateChatSettings, { chatId, pinned: true, archived: true })
    expect(mySettings).toEqual({ mutedUntil: '2030-01-01T00:00:00.000Z', pinnedAt, archivedAt: expect.any(String) })
    const cleared = await person.ask(updateChatSettings, { chatId, pinned: false, archived: false, mutedUntil: null })
    expect(cleared.mySettings).toEqual({ mutedUntil: null, pinnedAt: null, archivedAt: null })
    const { chats } = await person.ask(listChats, {})
    expect(chats).toMatchObject([{ id: chatId, mySettings: cleared.mySettings, draft: null }])
  })

  test('blocking and unblocking is one thing that is so or not', async () => {
    const person = await newPerson(server.url)
    await person.ask(blockUser, { userId: ben.id })
    await person.ask(unblockUser, { userId: ben.id })
    expect((await afresh(person)).known).toEqual([{ kind: 'block', seq: 2, userId: ben.id, blocked: false }])
  })

  test('transactions that append for the same people in any order get one sequence each, without holes or deadlocks (O1)', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => newPerson(server.url)))
    const { database } = server.app
    const taken: OwnEntry[][] = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const concerned = people.filter((_, place) => (index + place) % 3 > 0)
        const inOrder = index % 2 === 0 ? concerned : concerned.toReversed()
        const changes = inOrder.flatMap(({ id }) =>
          [randomUUID(), randomUUID()].map((targetId) => ({ userId: id, kind: 'draft' as const, targetId })),
        )
        return database.transaction((tx) => appendToOwn(tx, changes))
      }),
    )
    for (const { id } of people) {
      const numbers = taken.flat().flatMap(({ userId, seq }) => (userId === id ? seq : []))
      expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
    }
  })
})

describePostgres('two processes on one database', () => {
  const secrets = { JWT_SECRET: 'a'.repeat(64), JWT_REFRESH_SECRET: 'b'.repeat(64) }
  const through = (url: string, person: Person): Person => ({
    ...person,
    ask: (definition, input) => ask(url, definition, input, { token: person.token }),
    connect: () => connect(url, { token: person.token }),
  })

  test('a device learns from either what was done through the other (C1, C2)', async () => {
    const databaseUrl = await createDatabase(postgresUrl())
    const [one, two] = [await startServer({ databaseUrl, env: secrets }), await startServer({ databaseUrl, env: secrets })]
    const person = await newPerson(one.url)
    const atTwo = through(two.url, person)
    const { chat } = await atTwo.ask(createGroup, { name: 'Group' })
    leaveAside(chat.id)
    const drafts = Array.from({ length: 10 }, (_, index) =>
      [person, atTwo][index % 2]?.ask(saveDraft, { chatId: chat.id, text: `${index}` }),
    )
    await Promise.all([atTwo.ask(updateChatSettings, { chatId: chat.id, pinned: true }), ...drafts])
    const [here, there] = [new Device(), new Device()]
    await Promise.all([here.catchUp(person), there.catchUp(atTwo)])
    expect(here.seq).toBe(12)
    expect(here.known).toEqual(there.known)
    expect(here.known.map(({ kind }) => kind).sort()).toEqual(['chat_settings', 'draft', 'membership'])
    await Promise.all([one.stop(), two.stop()])
  })

  describeRedis('and one Redis', (redis) => {
    test('devices on either hear at once what was done through the other, and authors how far others have read (C2)', async () => {
      const databaseUrl = await createDatabase(postgresUrl())
      const env = { ...secrets, REDIS_URL: redis().url }
      const [one, two] = [await startServer({ databaseUrl, env }), await startServer({ databaseUrl, env })]
      const [person, author] = await Promise.all([newPerson(one.url), newPerson(two.url)])
      const [here, there, authors] = await Promise.all([person.connect(), through(two.url, person).connect(), author.connect()])
      const { chat } = await author.ask(createGroup, { name: 'Group', memberIds: [person.id] })
      let joined = 0
      for (const socket of [here, there]) {
        const told = await socket.next(userStream)
        expect(told).toMatchObject({ entries: [{ kind: 'membership', chatId: chat.id, member: true }] })
        joined = told.entries[0]?.seq ?? 0
      }
      await person.ask(saveDraft, { chatId: chat.id, text: 'for the other one' })
      // What changed lately may be told again at any time, and is the same then.
      const nextOf = (socket: TestSocket, kind: UserEntry['kind'], above = 0) =>
        socket.next(userStream, ({ entries: [first] }) => first?.kind === kind && first.seq > above)
      expect(await nextOf(there, 'draft')).toMatchObject({ entries: [{ draft: { text: 'for the other one' } }] })
      const { message } = await author.ask(sendMessage, { chatId: chat.id, content: 'hello' })
      expect(await here.command(messageRead, { messageId: message.id })).toMatchObject({ success: true })
      expect(await authors.next(messageStatusUpdate, ({ status }) => status === 'read')).toMatchObject({
        userId: person.id,
        seq: message.seq,
      })
      expect(await nextOf(there, 'position')).toMatchObject({ entries: [{ readSeq: message.seq, unreadCount: 0 }] })
      await author.ask(removeMember, { chatId: chat.id, userId: person.id })
      const ended = { entries: [{ kind: 'membership', chatId: chat.id, member: false }] }
      for (const socket of [here, there]) expect(await nextOf(socket, 'membership', joined)).toMatchObject(ended)
      for (const socket of [here, there, authors]) socket.close()
      await Promise.all([one.stop(), two.stop()])
    })
  })
})
