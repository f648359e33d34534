import { randomUUID } from 'node:crypto'
import {
  addMembers,
  chatCreated,
  createGroup,
  getChat,
  leaveChat,
  listChats,
  memberAdded,
  memberRemoved,
  memberRoleChanged,
  removeMember,
  startPrivateChat,
} from '@parley/protocol/chats'
import { deleteMessage, editMessage, getMessage, listMessages, messageEdited, newMessage, sendMessage } from '@parley/protocol/messages'
import { expect, test } from 'vitest'
import { cast } from '../../testing/cast.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'

describeOnEachDatabase('chats', (options) => {
  const { server, asha, ben, carla } = cast(options)

  const newGroup = async (members: Person[]) =>
    (await asha.ask(createGroup, { name: 'Group', memberIds: members.map((member) => member.id) })).chat.id

  test('two people have one private chat, also when both start it at once', async () => {
    const answers = await Promise.all([
      asha.ask(startPrivateChat, { userId: ben.id }),
      ben.ask(startPrivateChat, { userId: asha.id }),
      asha.ask(startPrivateChat, { userId: ben.id }),
    ])
    expect(new Set(answers.map(({ chat }) => chat.id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(answers[0].chat.members.map(({ userId }) => userId).sort()).toEqual([asha.id, ben.id].sort())
  })

  test('nobody starts a private chat with themselves or with nobody', async () => {
    expect(await asha.request(startPrivateChat, { userId: asha.id })).toMatchObject({ status: 422, body: { code: 'RULE_BROKEN' } })
    expect(await asha.request(startPrivateChat, { userId: randomUUID() })).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } })
  })

  test('a new group is told to each of its members', async () => {
    const sockets = await Promise.all([ben.connect(), carla.connect()])
    const { chat, group } = await asha.ask(createGroup, { name: 'Hikers', memberIds: [ben.id, carla.id], description: 'Sundays' })
    expect(group).toEqual(chat)
    expect(chat).toMatchObject({ type: 'group', name: 'Hikers', description: 'Sundays', lastSeq: 1 })
    expect(chat.members.map(({ userId, role }) => [userId, role])).toContainEqual([asha.id, 'owner'])
    for (const socket of sockets) {
      expect((await socket.next(chatCreated)).chat.id).toBe(chat.id)
      socket.close()
    }
  })

  test('the chat list has the latest active first, its newest message, and pages', async () => {
    const dora = await newPerson(server.url)
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.push((await dora.ask(createGroup, { name: `g${index}` })).chat.id)
    const { message } = await dora.ask(sendMessage, { chatId: ids[1] as string, content: 'latest' })
    const first = await dora.ask(listChats, { limit: 3 })
    expect(first.chats.map(({ id }) => id)).toEqual([ids[1], ids[4], ids[3]])
    expect(first.chats[0]?.lastMessage).toEqual(message)
    const second = await dora.ask(listChats, { limit: 3, before: first.nextCursor as string })
    expect(second.chats.map(({ id }) => id)).toEqual([ids[2], ids[0]])
    expect(second.nextCursor).toBeNull()
  })

  test('who joins sees the group from then on, and nothing of before (P1)', async () => {
    const groupId = await newGroup([ben])
    const { message: before } = await asha.ask(sendMessage, { chatId: groupId, content: 'before' })
    const socket = await carla.connect()
    await asha.ask(addMembers, { chatId: groupId, userId: carla.id })
    const { chat } = await socket.next(chatCreated, (payload) => payload.chat.id === groupId)
    expect(chat.lastMessage).toBeNull()
    expect((await socket.next(memberAdded)).members[0]?.userId).toBe(carla.id)
    await asha.ask(sendMessage, { chatId: groupId, content: 'after' })
    const { messages } = await carla.ask(listMessages, { chatId: groupId })
    expect(messages.map(({ content }) => content?.text)).toEqual(['after'])
    expect((await carla.request(getMessage, { messageId: before.id })).body.code).toBe('MESSAGE_NOT_FOUND')
    expect((await carla.request(listMessages, { chatId: groupId, around: before.id })).status).toBe(404)
    expect((await carla.request(sendMessage, { chatId: groupId, content: 'x', replyTo: before.id })).body.code).toBe('REPLY_NOT_FOUND')
    socket.close()
  })

  test('who joined later hears nothing of an older message when it is edited or deleted (P1)', async () => {
    const { chat } = await asha.ask(createGroup, { name: 'Old words', memberIds: [carla.id] })
    const { message: old } = await asha.ask(sendMessage, { chatId: chat.id, content: 'before' })
    const newcomer = await ben.connect()
    await asha.ask(addMembers, { chatId: chat.id, userIds: [ben.id] })
    await asha.ask(editMessage, { messageId: old.id, content: 'before, corrected' })
    await asha.ask(deleteMessage, { messageId: old.id })
    const { message: recent } = await asha.ask(sendMessage, { chatId: chat.id, content: 'after' })
    await asha.ask(editMessage, { messageId: recent.id, content: 'after, corrected' })
    await newcomer.next(messageEdited, ({ message }) => message.id === recent.id)
    expect(JSON.stringify(newcomer.received)).not.toContain(old.id)
    newcomer.close()
  })

  test('a removed member gets no further event and finds nothing any more (P2, P3)', async () => {
    const groupId = await newGroup([ben, carla])
    const { message } = await ben.ask(sendMessage, { chatId: groupId, content: 'mine' })
    const removed = await ben.connect()
    const staying = await carla.connect()
    await asha.ask(removeMember, { chatId: groupId, userId: ben.id })
    expect(await removed.next(memberRemoved)).toMatchObject({ chatId: groupId, userId: ben.id, actorId: asha.id })
    await asha.ask(sendMessage, { chatId: groupId, content: 'between us' })
    await staying.next(newMessage, ({ message: { content } }) => content?.text === 'between us')
    // A later event of another chat shows that nothing of this one is still on its way.
    const { chat } = await asha.ask(startPrivateChat, { userId: ben.id })
    await asha.ask(sendMessage, { chatId: chat.id, content: 'marker' })
    await removed.next(newMessage, ({ message: { content } }) => content?.text === 'marker')
    expect(JSON.stringify(removed.received)).not.toContain('between us')
    for (const attempt of [
      ben.request(getChat, { chatId: groupId }),
      ben.request(listMessages, { chatId: groupId }),
      ben.request(sendMessage, { chatId: groupId, content: 'still here?' }),
      ben.request(editMessage, { messageId: message.id, content: 'edited from outside' }),
      ben.request(getMessage, { messageId: message.id }),
      ben.request(removeMember, { chatId: groupId, userId: carla.id }),
    ]) {
      expect((await attempt).status).toBe(404)
    }
    for (const socket of [removed, staying]) socket.close()
  })

  test('a member who comes back sees both times, and nothing of the time between (P1)', async () => {
    const groupId = await newGroup([ben])
    await asha.ask(sendMessage, { chatId: groupId, content: 'first time' })
    await asha.ask(removeMember, { chatId: groupId, userId: ben.id })
    await asha.ask(sendMessage, { chatId: groupId, content: 'between' })
    await asha.ask(addMembers, { chatId: groupId, userIds: [ben.id] })
    await asha.ask(sendMessage, { chatId: groupId, content: 'second time' })
    const { messages } = await ben.ask(listMessages, { chatId: groupId })
    expect(messages.map(({ content }) => content?.text)).toEqual(['first time', 'second time'])
  })

  test('a send races a removal: it is stored before it, or refused (P1, P2)', async () => {
    const groupId = await newGroup([ben])
    const sends = Array.from({ length: 20 }, (_, index) => ben.request(sendMessage, { chatId: groupId, content: `race ${index}` }))
    await asha.ask(removeMember, { chatId: groupId, userId: ben.id })
    const stored = (await Promise.all(sends))
      .filter(({ status }) => status === 201)
      .map(({ body }) => body.message as unknown as { seq: number })
    const { messages } = await asha.ask(listMessages, { chatId: groupId, limit: 100 })
    expect(messages.map(({ seq }) => seq)).toEqual(stored.map(({ seq }) => seq).sort((a, b) => a - b))
    expect((await ben.request(sendMessage, { chatId: groupId, content: 'after' })).status).toBe(404)
  })

  test('a send whose answer got lost is still answered after the sender was removed (E1)', async () => {
    const groupId = await newGroup([ben])
    const tempId = randomUUID()
    const { message } = await ben.ask(sendMessage, { chatId: groupId, content: 'sent', tempId })
    await asha.ask(removeMember, { chatId: groupId, userId: ben.id })
    expect((await ben.ask(sendMessage, { chatId: groupId, content: 'sent', tempId })).message.id).toBe(message.id)
  })

  test('a removed sender who asks again gets their own words, and nothing of what they quoted (P1)', async () => {
    const groupId = await newGroup([ben])
    const { message: quoted } = await asha.ask(sendMessage, { chatId: groupId, content: 'quoted' })
    const reply = { chatId: groupId, content: 'mine', replyTo: quoted.id, tempId: randomUUID() }
    await ben.ask(sendMessage, reply)
    await asha.ask(removeMember, { chatId: groupId, userId: ben.id })
    await asha.ask(editMessage, { messageId: quoted.id, content: 'said behind his back' })
    const { message } = await ben.ask(sendMessage, reply)
    expect(message).toMatchObject({ content: { text: 'mine' }, replyTo: { id: quoted.id, content: null } })
  })

  test('a group of more people than one holds is not created', async () => {
    const ids = Array.from({ length: 256 }, () => randomUUID())
    const { status, body } = await asha.request(createGroup, { name: 'Too many', memberIds: ids })
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'RULE_BROKEN' })
    expect((await asha.request(createGroup, { name: 'Full', memberIds: [...ids.slice(1), asha.id] })).body.code).toBe('USER_NOT_FOUND')
  })

  test('an owner who leaves hands the group to the longest-standing member', async () => {
    const groupId = await newGroup([ben, carla])
    const socket = await carla.connect()
    await asha.ask(leaveChat, { chatId: groupId })
    const { userId, role } = await socket.next(memberRoleChanged)
    expect(role).toBe('owner')
    expect([ben.id, carla.id]).toContain(userId)
    expect((await socket.next(memberRemoved)).userId).toBe(asha.id)
    const { chat } = await carla.ask(getChat, { chatId: groupId })
    expect(chat.members.filter((member) => member.role === 'owner').map((member) => member.userId)).toEqual([userId])
    socket.close()
  })

  test('a private chat is neither left nor joined', async () => {
    const { chat } = await asha.ask(startPrivateChat, { userId: ben.id })
    expect(await asha.request(leaveChat, { chatId: chat.id })).toMatchObject({ status: 422, body: { code: 'RULE_BROKEN' } })
    expect(await asha.request(addMembers, { chatId: chat.id, userId: carla.id })).toMatchObject({ status: 422 })
  })

  test('adding who is in the group already changes nothing', async () => {
    const groupId = await newGroup([ben])
    const { chat: before } = await asha.ask(getChat, { chatId: groupId })
    const { chat: after } = await asha.ask(addMembers, { chatId: groupId, userIds: [ben.id, asha.id] })
    expect(after).toEqual(before)
  })
})
