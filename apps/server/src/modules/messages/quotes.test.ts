import { addMembers, createGroup, getChat, removeMember } from '@parley/protocol/chats'
import {
  addReaction,
  editMessage,
  getMessage,
  listMessages,
  listStarred,
  type Message,
  messageEdited,
  newMessage,
  sendMessage,
  starMessage,
} from '@parley/protocol/messages'
import { sync } from '@parley/protocol/streams'
import { expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import type { Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'

describeOnEachDatabase('quotes', (options) => {
  const { asha, ben, carla } = cast(options)

  const say = async (chatId: string, text: string, replyTo?: string): Promise<Message> =>
    (await asha.ask(sendMessage, { chatId, content: text, ...(replyTo && { replyTo }) })).message

  /** Every way in which somebody is given a message; what each says of the quote. */
  async function waysTo(reader: Person, { chatId, id, rev }: Message): Promise<Message[]> {
    const inHistory = (await reader.ask(listMessages, { chatId })).messages
    const numbered = (await reader.ask(listMessages, { chatId, page: 1 })).messages
    const { message: one } = await reader.ask(getMessage, { messageId: id })
    const [delta] = (await reader.ask(sync, { chats: { [chatId]: rev - 1 } })).chats
    const [anew] = (await reader.ask(sync, { chats: { [chatId]: 9999 } })).chats
    const { message: reacted } = await reader.ask(addReaction, { messageId: id, emoji: '👍' })
    await reader.ask(starMessage, { messageId: id })
    const { messages: starred } = await reader.ask(listStarred, {})
    const { lastMessage } = (await reader.ask(getChat, { chatId })).chat
    const lists = [
      inHistory,
      numbered,
      [one],
      delta?.messages ?? [],
      anew?.messages ?? [],
      [reacted],
      starred,
      lastMessage ? [lastMessage] : [],
    ]
    return lists.map((messages) => messages.find((message) => message.id === id) as Message)
  }

  test('say nothing to whoever joined after the quoted message, whichever way they read them (P1)', async () => {
    const chatId = (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id
    const secret = await say(chatId, 'a secret')
    await asha.ask(addMembers, { chatId, userId: carla.id })
    const [newcomer, old] = await Promise.all([carla.connect(), ben.connect()])
    const reply = await say(chatId, 'about that', secret.id)
    expect(reply.replyTo?.content).toEqual({ type: 'text', text: 'a secret' })
    expect((await old.next(newMessage)).message.replyTo?.content).toEqual({ type: 'text', text: 'a secret' })
    const quote = { id: secret.id, senderId: asha.id, content: null }
    expect((await newcomer.next(newMessage)).message.replyTo).toEqual(quote)
    const { message: edited } = await asha.ask(editMessage, { messageId: reply.id, content: 'about this' })
    expect((await newcomer.next(messageEdited)).message).toMatchObject({ content: { text: 'about this' }, replyTo: quote })
    for (const message of await waysTo(carla, edited)) expect(message).toMatchObject({ id: reply.id, replyTo: quote })
    for (const message of await waysTo(ben, edited)) expect(message.replyTo?.content).toEqual({ type: 'text', text: 'a secret' })
    expect(JSON.stringify(newcomer.received)).not.toContain('a secret')
    for (const socket of [newcomer, old]) socket.close()
  })

  test('say nothing of what was said while somebody was away, and something of what was said before (P1)', async () => {
    const chatId = (await asha.ask(createGroup, { name: 'Group', memberIds: [carla.id] })).chat.id
    const before = await say(chatId, 'before')
    await asha.ask(removeMember, { chatId, userId: carla.id })
    const between = await say(chatId, 'between')
    await asha.ask(addMembers, { chatId, userId: carla.id })
    const socket = await carla.connect()
    const [known, unknown] = [await say(chatId, 'one', before.id), await say(chatId, 'two', between.id)]
    expect((await socket.next(newMessage)).message.replyTo?.content).toMatchObject({ text: 'before' })
    expect((await socket.next(newMessage)).message.replyTo?.content).toBeNull()
    expect((await carla.ask(getMessage, { messageId: known.id })).message.replyTo?.content).toMatchObject({ text: 'before' })
    expect((await carla.ask(getMessage, { messageId: unknown.id })).message.replyTo?.content).toBeNull()
    socket.close()
  })
})
