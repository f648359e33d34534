import { randomUUID } from 'node:crypto'
import { addMembers, createGroup, removeMember } from '@parley/protocol/chats'
import { deleteMessage, editMessage, listMessages, type Message, newMessage, sendMessage } from '@parley/protocol/messages'
import { sync, syncSpan } from '@parley/protocol/streams'
import { expect, test } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { cast } from '../../testing/cast.ts'
import type { Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { createSync } from './streams.module.ts'

describeOnEachDatabase('sync', (options) => {
  const { server, asha, ben, carla } = cast(options)

  const newGroup = async (...members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map(({ id }) => id) })).chat.id
  const say = async (chatId: string, content: string) => (await asha.ask(sendMessage, { chatId, content })).message
  const catchUp = async (person: Person, chatId: string, from: number) => {
    const { chats } = await person.ask(sync, { chats: { [chatId]: from } })
    const [delta] = chats
    if (delta === undefined) throw new Error('gone')
    return delta
  }
  const texts = (messages: readonly Message[]) => messages.map(({ content }) => content?.text ?? null)

  test('brings what was sent since, once and in order, with the range that it covers (C1)', async () => {
    const chatId = await newGroup(ben)
    const first = await say(chatId, 'seen')
    await say(chatId, 'missed 1')
    const last = await say(chatId, 'missed 2')
    const delta = await catchUp(ben, chatId, first.seq)
    expect(delta).toMatchObject({ from: first.seq, to: last.seq, head: last.seq, reset: false, chat: null })
    expect(texts(delta.messages)).toEqual(['missed 1', 'missed 2'])
    expect((await catchUp(ben, chatId, last.seq)).messages).toEqual([])
  })

  test('brings each message once as it is now, however often it changed, and nothing of what was deleted (C1, O3)', async () => {
    const chatId = await newGroup(ben)
    const [edited, deleted] = [await say(chatId, 'a'), await say(chatId, 'a secret')]
    const from = deleted.seq
    for (const content of ['b', 'c', 'd']) await asha.ask(editMessage, { messageId: edited.id, content })
    await asha.ask(deleteMessage, { messageId: deleted.id })
    const { messages, to } = await catchUp(ben, chatId, from)
    expect(texts(messages)).toEqual(['d', null])
    expect(messages.map(({ rev }) => rev)).toEqual([to - 1, to])
    expect(JSON.stringify(messages)).not.toContain('a secret')
  })

  test('brings a changed message that others quote, however old, so that quotes of it can be renewed (O3)', async () => {
    const chatId = await newGroup(ben)
    const [edited, deleted] = [await say(chatId, 'to be edited'), await say(chatId, 'to be deleted')]
    const reply = (replyTo: string) => asha.ask(sendMessage, { chatId, content: 'a reply', replyTo })
    await reply(edited.id)
    const { message: last } = await reply(deleted.id)
    await asha.ask(editMessage, { messageId: edited.id, content: 'edited' })
    await asha.ask(deleteMessage, { messageId: deleted.id })
    const delta = await catchUp(ben, chatId, last.seq)
    expect(delta.messages.map(({ id }) => id)).toEqual([edited.id, deleted.id])
    expect(texts(delta.messages)).toEqual(['edited', null])
  })

  test('what a device folds from live events and sync is what history shows (O3)', async () => {
    const chatId = await newGroup(ben)
    const folded = new Map<string, Message>()
    const fold = (message: Message) => {
      if (message.rev >= (folded.get(message.id)?.rev ?? 0)) folded.set(message.id, message)
    }
    const socket = await ben.connect()
    await say(chatId, 'live')
    const live = await socket.next(newMessage)
    fold(live.message)
    socket.close()
    const missed = await say(chatId, 'missed')
    await asha.ask(editMessage, { messageId: live.message.id, content: 'edited while away' })
    await asha.ask(deleteMessage, { messageId: missed.id })
    for (const message of (await catchUp(ben, chatId, live.message.seq)).messages) fold(message)
    const { messages } = await ben.ask(listMessages, { chatId })
    expect([...folded.values()]).toMatchObject(messages.map(({ sender: _, starred: __, ...message }) => message))
  })

  test('names the id that one sent a message under, so that a device knows what it still waits for; to nobody else (E1)', async () => {
    const chatId = await newGroup(ben)
    const tempId = randomUUID()
    const { message } = await asha.ask(sendMessage, { chatId, content: 'did it arrive?', tempId })
    await ben.ask(sendMessage, { chatId, content: 'it did' })
    expect((await catchUp(asha, chatId, message.seq - 1)).tempIds).toEqual({ [message.id]: tempId })
    expect((await catchUp(ben, chatId, message.seq - 1)).tempIds).not.toHaveProperty(message.id)
  })

  test('tells of new members with the chat as it is now (C1)', async () => {
    const chatId = await newGroup(ben)
    const { seq } = await say(chatId, 'before')
    await asha.ask(addMembers, { chatId, userId: carla.id })
    const { chat, to } = await catchUp(ben, chatId, seq)
    expect(chat?.members.map(({ userId }) => userId).sort()).toEqual([asha.id, ben.id, carla.id].sort())
    expect(to).toBe(seq + 1)
  })

  test('gives nobody a message of a time when they were not in the chat, nor its later edits (P1)', async () => {
    const chatId = await newGroup(ben)
    const before = await say(chatId, 'before carla')
    await asha.ask(addMembers, { chatId, userId: carla.id })
    await say(chatId, 'with carla')
    await asha.ask(editMessage, { messageId: before.id, content: 'edited with carla' })
    await asha.ask(removeMember, { chatId, userId: carla.id })
    await say(chatId, 'between')
    await asha.ask(addMembers, { chatId, userId: carla.id })
    await say(chatId, 'again with carla')
    expect(texts((await catchUp(carla, chatId, 0)).messages)).toEqual(['with carla', 'again with carla'])
  })

  test('calls a chat gone that one was removed from, and one that never was, alike (P2, P3)', async () => {
    const chatId = await newGroup(ben)
    const { seq } = await say(chatId, 'seen')
    await asha.ask(removeMember, { chatId, userId: ben.id })
    const never = randomUUID()
    expect(await ben.ask(sync, { chats: { [chatId]: seq, [never]: 3 } })).toMatchObject({ chats: [], gone: [chatId, never] })
  })

  test.each([
    ['only messages were sent', false],
    ['the members changed', true],
  ])('calls a chat gone that one is removed from while it is read, where %s (C1, P2)', async (_, membersChanged) => {
    const chatId = await newGroup(ben)
    const { seq } = await say(chatId, 'seen')
    if (membersChanged) await asha.ask(addMembers, { chatId, userIds: [carla.id] })
    await say(chatId, 'missed')
    const removed = async (): Promise<Message[]> => {
      await asha.ask(removeMember, { chatId, userId: ben.id })
      return []
    }
    const chat = async () => {
      throw new AppError('CHAT_NOT_FOUND')
    }
    const heads = async () => ({ heads: [], last: null, more: false })
    const nothing = async () => []
    const own = { membership: nothing, chat_settings: nothing, draft: nothing, position: nothing }
    const marks = { star: nothing, hidden: nothing, block: nothing, settings: nothing }
    const readers = { touched: removed, latest: removed, chat, heads, own: { ...own, ...marks } }
    const [binding] = createSync({ database: server.app.database, readers }).bindings
    const viewer = { userId: ben.id, sessionId: randomUUID(), role: 'user' as const }
    const request = { id: 'test', ip: '127.0.0.1', userAgent: '', http: null }
    expect(await binding?.handler({ viewer, input: { chats: { [chatId]: seq } }, request })).toMatchObject({ chats: [], gone: [chatId] })
  })

  test('an answer is bounded: chats that no longer fit are covered by the next one (B1, C1)', async () => {
    const [long, short] = [await newGroup(ben), await newGroup(ben)]
    await Promise.all(Array.from({ length: 101 }, () => say(long, 'x'.repeat(10_000))))
    await say(short, 'hello')
    const { chats } = await ben.ask(sync, { chats: { [long]: 1, [short]: 1 } })
    expect(chats[0]?.messages).toHaveLength(101)
    expect(chats[1]).toEqual({ ...{ chatId: short, from: 1, to: 1, head: 2, reset: false, messages: [] }, tempIds: {}, chat: null })
    expect(texts((await catchUp(ben, short, 1)).messages)).toEqual(['hello'])
  })

  test('starts over with the newest where a device is too far behind, or ahead of the stream', async () => {
    const chatId = await newGroup(ben)
    const socket = await asha.connect()
    await Promise.all(Array.from({ length: syncSpan }, () => socket.command(sendMessage, { chatId, content: 'many' })))
    socket.close()
    const behind = await catchUp(ben, chatId, 0)
    expect(behind).toMatchObject({ reset: true, to: syncSpan + 1, chat: { id: chatId } })
    expect(behind.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => syncSpan + 1 - 49 + index))
    expect(await catchUp(ben, chatId, 1)).toMatchObject({ reset: false })
    expect(await catchUp(ben, chatId, 9999)).toMatchObject({ reset: true })
  })
})
