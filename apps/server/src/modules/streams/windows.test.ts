import { addMembers, createGroup, removeMember } from '@parley/protocol/chats'
import {
  addReaction,
  deleteMessage,
  editMessage,
  listMessages,
  messageDeleted,
  messageEdited,
  messageReaction,
  newMessage,
  sendMessage,
} from '@parley/protocol/messages'
import { streamVoid } from '@parley/protocol/streams'
import { expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'

describeOnEachDatabase('what was before somebody joined', (options) => {
  const { asha, ben, carla } = cast(options)

  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id
  const say = async (chatId: string, content: string, replyTo?: string) =>
    (await asha.ask(sendMessage, { chatId, content, ...(replyTo && { replyTo }) })).message
  const add = (chatId: string) => asha.ask(addMembers, { chatId, userId: carla.id })

  test('its changes reach them as voids, so that nothing seems to be missing (P1, C1)', async () => {
    const chatId = await newGroup()
    const before = await say(chatId, 'before carla')
    await add(chatId)
    const [old, joined] = await Promise.all([ben.connect(), carla.connect()])
    const { message: edited } = await asha.ask(editMessage, { messageId: before.id, content: 'edited' })
    await asha.ask(addReaction, { messageId: before.id, emoji: '👍' })
    await asha.ask(deleteMessage, { messageId: before.id })
    for (const seq of [edited.rev, edited.rev + 1, edited.rev + 2])
      expect(await joined.next(streamVoid)).toEqual({ chatId, from: seq - 1, seq })
    for (const event of [messageEdited, messageReaction, messageDeleted]) await old.next(event)
    const names = (received: typeof joined.received) => received.map(({ name }) => name)
    expect(names(joined.received)).not.toContain(messageEdited.name)
    expect(JSON.stringify(joined.received)).not.toContain(before.id)
    expect(names(old.received)).not.toContain(streamVoid.name)
    for (const socket of [old, joined]) socket.close()
  })

  test('reaches them in no quote, neither of a new message nor of an edited one (P1)', async () => {
    const chatId = await newGroup()
    const before = await say(chatId, 'a secret')
    await add(chatId)
    const [old, joined] = await Promise.all([ben.connect(), carla.connect()])
    const reply = await say(chatId, 'indeed', before.id)
    await asha.ask(editMessage, { messageId: reply.id, content: 'indeed!' })
    expect((await old.next(newMessage)).message.replyTo?.content).toEqual({ type: 'text', text: 'a secret' })
    expect((await old.next(messageEdited)).message.replyTo?.content).toEqual({ type: 'text', text: 'a secret' })
    const quote = { id: before.id, senderId: asha.id, content: null }
    expect((await joined.next(newMessage)).message).toMatchObject({ content: { text: 'indeed' }, replyTo: quote })
    expect((await joined.next(messageEdited)).message).toMatchObject({ content: { text: 'indeed!' }, replyTo: quote })
    expect(JSON.stringify(joined.received)).not.toContain('a secret')
    for (const socket of [old, joined]) socket.close()
  })

  test('who comes back hears of changes to what they saw the first time (O3)', async () => {
    const chatId = await newGroup()
    await add(chatId)
    const seen = await say(chatId, 'seen by carla')
    await asha.ask(removeMember, { chatId, userId: carla.id })
    const missed = await say(chatId, 'while she was away')
    await add(chatId)
    const back = await carla.connect()
    await asha.ask(editMessage, { messageId: missed.id, content: 'edited' })
    await asha.ask(editMessage, { messageId: seen.id, content: 'edited' })
    const { seq } = await back.next(streamVoid)
    expect(await back.next(messageEdited)).toMatchObject({ seq: seq + 1, message: { id: seen.id, content: { text: 'edited' } } })
    const { messages } = await carla.ask(listMessages, { chatId })
    expect(messages.map(({ id }) => id)).toEqual([seen.id])
    back.close()
  })
})
