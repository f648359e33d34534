import { expect, test } from 'vitest'
import type { Chat, ChatListSnapshot } from './client.ts'
import { group, isLive, type Person, peopleOfOneServer, say, until } from './testing/people.ts'

const { person, otherDevice } = peopleOfOneServer()

const shows =
  (chatId: string, fits: (chat: Chat) => boolean) =>
  ({ state, chats }: ChatListSnapshot) =>
    state === 'live' && chats.some((chat) => chat.id === chatId && fits(chat))

/** What a list is right about at every moment; positions of others come when they concern messages of one's own. */
const facts = (chats: readonly Chat[]) =>
  chats.map(({ id, unreadCount, lastMessage, mySettings, draft, members }) => ({
    ...{ id, unreadCount, mySettings, draft, said: lastMessage?.content?.text ?? null },
    members: members.map(({ userId, role }) => `${userId} ${role}`).toSorted(),
  }))

const fromNothing = async ({ parley }: Person) => facts((await parley.chats.listChats()).chats)

test('a list follows what is said, read, pinned and drafted, as if it were read anew (C2, S2)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const [first, second] = [await group(meera, tomas), await group(meera, tomas)]
  const list = tomas.parley.chatList()
  const phone = await otherDevice(tomas)
  const onPhone = phone.parley.chatList()
  await Promise.all([until(list, isLive), until(onPhone, isLive)])
  await say(meera, first, 'one')
  const { seq } = await say(meera, first, 'two')
  await say(meera, second, 'three')
  const current = await until(
    list,
    shows(second, ({ unreadCount }) => unreadCount === 1),
  )
  expect(current.chats.map(({ id }) => id)).toEqual([second, first])
  expect(facts(current.chats)).toEqual(await fromNothing(tomas))

  list.read(first, seq)
  expect(list.current.chats.find(({ id }) => id === first)?.unreadCount).toBe(0)
  await until(
    onPhone,
    shows(first, ({ unreadCount }) => unreadCount === 0),
  )
  const pinned = tomas.parley.chats.updateChatSettings({ chatId: first, pinned: true })
  expect(list.current.chats.map(({ id }) => id)).toEqual([first, second])
  await pinned
  await tomas.parley.chats.saveDraft({ chatId: second, text: 'I was going to' })
  const synced = await until(
    onPhone,
    shows(second, ({ draft }) => draft?.text === 'I was going to'),
  )
  expect(synced.chats.map(({ id }) => id)).toEqual([first, second])
})

test('chats begun, left and changed while away are right on return, as for one that stayed (C1, C2, S2)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const [changed, lost] = [await group(meera, tomas), await group(meera, tomas)]
  const list = tomas.parley.chatList()
  const stayed = (await otherDevice(tomas)).parley.chatList()
  await Promise.all([until(list, isLive), until(stayed, isLive)])
  tomas.parley.close()
  expect(list.current.state).toBe('behind')
  const carla = await person()
  await meera.parley.chats.addMembers({ chatId: changed, userId: carla.user.id })
  await say(carla, changed, 'hello')
  await meera.parley.chats.removeMember({ chatId: lost, userId: tomas.user.id })
  const begun = await group(carla, tomas)
  await tomas.parley.connect()
  const isRight = ({ state, chats }: ChatListSnapshot) =>
    state === 'live' &&
    chats.length === 2 &&
    chats.some(({ id }) => id === begun) &&
    chats.some(({ id, members, unreadCount }) => id === changed && members.length === 3 && unreadCount === 1)
  const [back, there] = await Promise.all([until(list, isRight), until(stayed, isRight)])
  expect(facts(back.chats)).toEqual(facts(there.chats))
  expect(facts(back.chats)).toEqual(await fromNothing(tomas))
})

test('a message of mine is ticked in the list when it was delivered and read, and never unticked (S1)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const list = meera.parley.chatList()
  const theirs = tomas.parley.chatList()
  await Promise.all([until(list, isLive), until(theirs, isLive)])
  const { seq } = await say(meera, chatId, 'have you seen it?')
  const of = ({ members }: Chat) => members.find(({ userId }) => userId === tomas.user.id)
  await until(
    list,
    shows(chatId, (chat) => of(chat)?.deliveredSeq === seq),
  )
  theirs.read(chatId, seq)
  await until(
    list,
    shows(chatId, (chat) => of(chat)?.readSeq === seq),
  )
})

test('what the server refuses is taken back', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const list = tomas.parley.chatList()
  const { chats } = await until(list, isLive)
  await meera.parley.chats.removeMember({ chatId, userId: tomas.user.id })
  await until(list, (current) => current.chats.length === 0)
  expect(chats).toHaveLength(1)
  await expect(tomas.parley.chats.updateChatSettings({ chatId, pinned: true })).rejects.toMatchObject({ code: 'CHAT_NOT_FOUND' })
  expect(list.current.chats).toEqual([])
})

test('reactions, stars and what I delete for myself reach my views and my other devices (C2, O3)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const [liked, hidden] = [await say(meera, chatId, 'like it'), await say(meera, chatId, 'hide it')]
  const view = tomas.parley.subscribe(chatId)
  const other = (await otherDevice(tomas)).parley.subscribe(chatId)
  const fits = (one: typeof view, check: (current: typeof view.current) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => check(one.current) && resolve()
      one.subscribe(look)
      look()
    })
  await Promise.all([view, other].map((each) => fits(each, ({ state }) => state === 'live')))
  const reacted = tomas.parley.messages.addReaction({ messageId: liked.id, emoji: '👍' })
  expect(view.current.messages[0]?.reactions).toMatchObject([{ emoji: '👍', userId: tomas.user.id }])
  await reacted
  await tomas.parley.messages.starMessage({ messageId: liked.id })
  await tomas.parley.messages.deleteMessage({ messageId: hidden.id, forEveryone: false })
  for (const each of [view, other]) {
    await fits(each, ({ messages, starredIds }) => messages.length === 1 && starredIds.has(liked.id) && messages[0]?.reactions.length === 1)
  }
  expect(view.current.messages).toEqual(other.current.messages)
})
