import { addMembers, createGroup, listChats, removeMember, startPrivateChat } from '@parley/protocol/chats'
import { deleteMessage, editMessage, messageDelivered, messageRead, sendMessage } from '@parley/protocol/messages'
import { type ChatHead, sync, syncPage } from '@parley/protocol/streams'
import { blockUser } from '@parley/protocol/users'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { manyGroups } from '../../testing/many-chats.ts'

describeOnEachDatabase('heads of chats', (options) => {
  const { server, asha, ben, carla } = cast(options)
  /** In which carla is. */
  let many: string[]

  beforeAll(async () => {
    many = await manyGroups(server.app.database, [asha.id, carla.id], syncPage + 20)
  })

  const newGroup = async (...members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map(({ id }) => id) })).chat.id
  const say = async (chatId: string, content = 'hello') => (await asha.ask(sendMessage, { chatId, content })).message
  const mark = async (person: Person, definition: typeof messageRead | typeof messageDelivered, chatId: string, seq: number) => {
    const socket = await person.connect()
    expect(await socket.command(definition, { chatId, seq })).toMatchObject({ success: true })
    socket.close()
  }
  const now = async (person: Person) => (await person.ask(sync, {})).since
  const headsSince = async (person: Person, since: string) => {
    const answer = await person.ask(sync, { since })
    expect(answer.more).toBe(false)
    return answer.heads
  }
  /** As if everything so far had happened an hour ago. */
  const anHourAgo = async () => {
    const { database } = server.app
    const then = sql<Date>`now() - interval '1 hour'`
    await database.query.updateTable('chat_heads').set({ active_at: then }).execute()
    await database.query.updateTable('chat_positions').set({ moved_at: then }).execute()
  }

  test('show the chats that changed since, and no others: messages, changes, and how far everybody has come (C1)', async () => {
    const person = await newPerson(server.url)
    const [quiet, sent, edited, read, own] = [
      ...[await newGroup(person, ben), await newGroup(person, ben), await newGroup(person, ben)],
      ...[await newGroup(person, ben), await newGroup(person, ben)],
    ] as [string, string, string, string, string]
    const [old, unread] = [await say(edited, 'old'), await say(read)]
    await say(own)
    await anHourAgo()
    const since = await now(person)
    expect(await headsSince(person, since)).toEqual([])
    const message = await say(sent, 'new')
    const { message: changed } = await asha.ask(editMessage, { messageId: old.id, content: 'edited' })
    await mark(ben, messageRead, read, unread.seq)
    await mark(person, messageRead, own, 2)
    const heads = new Map((await headsSince(person, since)).map((head) => [head.chatId, head]))
    expect(heads.has(quiet)).toBe(false)
    expect(heads.get(sent)).toEqual({ chatId: sent, lastSeq: 2, unreadCount: 1, lastMessage: expect.anything(), positions: [] })
    expect(heads.get(sent)?.lastMessage).toMatchObject({ id: message.id, content: { text: 'new' } })
    expect(heads.get(edited)).toMatchObject({
      lastSeq: changed.rev,
      unreadCount: 1,
      lastMessage: { id: old.id, content: { text: 'edited' } },
    })
    expect(heads.get(read)).toMatchObject({ unreadCount: 1, positions: [{ userId: ben.id, deliveredSeq: 2, readSeq: 2 }] })
    expect(heads.get(own)).toMatchObject({ unreadCount: 0, positions: [{ userId: person.id, deliveredSeq: 2, readSeq: 2 }] })
    expect(heads.size).toBe(4)
  })

  test('miss nothing that commits late: a transaction bears the time of its beginning (C1)', async () => {
    const person = await newPerson(server.url)
    const [sent, read] = [await newGroup(person, ben), await newGroup(person, ben)]
    await say(sent)
    await say(read)
    await anHourAgo()
    const since = await now(person)
    const begun = sql<Date>`now() - interval '9 seconds'`
    const { query } = server.app.database
    await query.updateTable('chat_heads').set({ active_at: begun }).where('chat_id', '=', sent).execute()
    await query
      .insertInto('chat_positions')
      .values({ chat_id: read, user_id: ben.id, read_seq: 2, delivered_seq: 2, moved_at: begun })
      .execute()
    expect((await headsSince(person, since)).map(({ chatId }) => chatId).sort()).toEqual([sent, read].sort())
  })

  /** Asks page after page; what each chat's last head said. */
  const pagesSince = async (person: Person, since: string) => {
    const known = new Map<string, ChatHead>()
    const sizes: number[] = []
    let next = since
    for (let more = true; more; ) {
      const answer = await person.ask(sync, { since: next })
      for (const head of answer.heads) known.set(head.chatId, head)
      sizes.push(answer.heads.length)
      ;({ since: next, more } = answer)
    }
    return { known, sizes, since: next }
  }

  test('miss nothing while people send and read; what they count is right (C1, S2)', async () => {
    await anHourAgo()
    let since = await now(carla)
    const known = new Map<string, ChatHead>()
    const [reader, writer] = await Promise.all([carla.connect(), asha.connect()])
    const changing = many.slice(0, 16)
    let busy = true
    const happening = (async () => {
      for (const [index, chatId] of changing.entries()) {
        await writer.command(sendMessage, { chatId, content: `message ${index}` })
        const answer = await writer.command(sendMessage, { chatId, content: 'and another' })
        if (index % 4 === 0 && answer.success) await reader.command(messageRead, { chatId, seq: answer.message.seq - 1 })
      }
      busy = false
    })()
    for (let last = false; !last; ) {
      last = !busy
      const pages = await pagesSince(carla, since)
      for (const [chatId, head] of pages.known) {
        // All but the first number are messages of somebody else's: counted and numbered at one moment, they agree.
        if (head.positions.length === 0) expect(head.unreadCount).toBe(head.lastSeq - 1)
        expect(head.lastMessage?.seq).toBeGreaterThanOrEqual(head.lastSeq)
        known.set(chatId, head)
      }
      since = pages.since
    }
    await happening
    const { chats } = await carla.ask(listChats, { limit: changing.length })
    expect(chats.map(({ id }) => id).sort()).toEqual(changing.toSorted())
    for (const { id, lastSeq, unreadCount, lastMessage, members } of chats) {
      const positions = members.flatMap(({ userId, deliveredSeq, readSeq }) => (deliveredSeq > 0 ? { userId, deliveredSeq, readSeq } : []))
      expect(known.get(id)).toMatchObject({ lastSeq, unreadCount, lastMessage, positions })
    }
    expect([...known.keys()].sort()).toEqual(changing.toSorted())
    for (const socket of [reader, writer]) socket.close()
  })

  test('come page by page: what changes in a chat while later ones are read is in the next answers, however long reading takes (C1)', async () => {
    await anHourAgo()
    const since = await now(carla)
    await server.app.database.query.updateTable('chat_heads').set({ active_at: sql<Date>`now()` }).execute()
    const first = await carla.ask(sync, { since })
    const passed = first.heads[0]?.chatId ?? ''
    // As if the first page had been read an hour ago, and that chat had changed half an hour ago.
    const [moment = '', begun = '', last = ''] = Buffer.from(first.since, 'base64url').toString().split(' ')
    const earlier = `${new Date(Date.parse(begun) - 3_600_000).toISOString().slice(0, -1)}000Z`
    const { query } = server.app.database
    await query
      .updateTable('chat_heads')
      .set({ active_at: sql<Date>`now() - interval '30 minutes'` })
      .where('chat_id', '=', passed)
      .execute()
    const second = await carla.ask(sync, { since: Buffer.from([moment, earlier, last].join(' ')).toString('base64url') })
    expect(second).toMatchObject({ more: false })
    expect(second.heads).toHaveLength(20)
    expect((await carla.ask(sync, { since: second.since })).heads.map(({ chatId }) => chatId)).toContain(passed)
  })

  test('an answer is bounded: messages that no longer fit come with the next one (B1, C1)', async () => {
    await anHourAgo()
    const since = await now(carla)
    const chats = many.slice(0, 60)
    await Promise.all(chats.map((chatId) => say(chatId, 'x'.repeat(10_000))))
    const { known, sizes } = await pagesSince(carla, since)
    expect(sizes).toEqual([50, 10])
    expect([...known.keys()].sort()).toEqual(chats.toSorted())
  })

  test('show nothing of a chat that one is not in any more, and what one hid is not its newest message (P1)', async () => {
    const person = await newPerson(server.url)
    const since = await now(person)
    const [left, kept] = [await newGroup(person), await newGroup(person)]
    await say(left, 'a secret')
    const [shown, hidden] = [await say(kept, 'shown'), await say(kept, 'hidden')]
    await person.ask(deleteMessage, { messageId: hidden.id, forEveryone: false })
    await asha.ask(removeMember, { chatId: left, userId: person.id })
    await say(left, 'another secret')
    const heads = await headsSince(person, since)
    expect(heads).toMatchObject([{ chatId: kept, lastSeq: hidden.seq, unreadCount: 1, lastMessage: { id: shown.id } }])
    await asha.ask(addMembers, { chatId: left, userId: person.id })
    expect((await headsSince(person, since)).find(({ chatId }) => chatId === left)).toMatchObject({
      unreadCount: 0,
      lastMessage: { content: { text: 'a secret' } },
    })
  })

  test('who blocks somebody shows them no more how far they have come in their private chat (P4)', async () => {
    const person = await newPerson(server.url)
    const { chat } = await person.ask(startPrivateChat, { userId: asha.id })
    const { seq } = await say(chat.id)
    await mark(person, messageDelivered, chat.id, seq)
    await anHourAgo()
    const since = await now(asha)
    await person.ask(blockUser, { userId: asha.id })
    await mark(person, messageRead, chat.id, seq)
    expect((await headsSince(asha, since)).filter(({ chatId }) => chatId === chat.id)).toEqual([])
    const { known } = await pagesSince(asha, Buffer.from('2020-01-01T00:00:00.000000Z').toString('base64url'))
    expect(known.get(chat.id)).toMatchObject({ lastSeq: seq, positions: [] })
    expect(await headsSince(person, since)).toMatchObject([{ chatId: chat.id, positions: [{ userId: person.id, readSeq: seq }] }])
  })

  test('after the clock was set back everything counts as changed', async () => {
    const person = await newPerson(server.url)
    const chatId = await newGroup(person)
    await anHourAgo()
    const tomorrow = Buffer.from('2999-01-01T00:00:00.000000Z').toString('base64url')
    const answer = await person.ask(sync, { since: tomorrow })
    expect(answer.heads).toMatchObject([{ chatId }])
    expect((await person.ask(sync, { since: answer.since })).heads).toEqual([])
  })

  test('a cursor that no answer gave is a 400', async () => {
    const id = '00000000-0000-7000-8000-000000000000'
    const time = '2026-01-01T00:00:00.000000Z'
    const wrong = ['', '2026', '0000-01-01T00:00:00.000000Z', '2026-02-30T00:00:00.000000Z', '2026-01-01T00:00:00Z', `${time} ${time}`]
    for (const text of [
      ...wrong,
      `${time} ${id}`,
      `${time} ${time} x`,
      `${time} ${time} ${id} ${id}`,
      `${time} ${time} \u0000`,
      '\ud800',
    ]) {
      const { status, body } = await asha.request(sync, { since: Buffer.from(text).toString('base64url') || 'x' })
      expect({ status, code: body.code }, text).toEqual({ status: 400, code: 'VALIDATION_FAILED' })
      expect(body.errors?.[0]?.field, text).toBe('since')
    }
    for (const text of [`${time} ${time} ${id}`, '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00.000000Z']) {
      expect((await asha.request(sync, { since: Buffer.from(text).toString('base64url') })).status, text).toBe(200)
    }
  })
})
