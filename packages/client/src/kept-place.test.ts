/** What a device kept, and what it missed while it was away: of a chat's stream, the chat says how far it is; of my own, the device. */
import { expect, test } from 'vitest'
import { type ClientOptions, memoryStore, memoryTokens } from './client.ts'
import { group, isLive, type Person, peopleOfOneServer, say, texts, until } from './testing/people.ts'

const { client, person, otherDevice } = peopleOfOneServer()

interface Kept {
  readonly owner: Person
  readonly options: Required<Pick<ClientOptions, 'tokenStore' | 'store'>>
  readonly chatId: string
  readonly messageIds: readonly string[]
}

/** Somebody whose device kept a chat with two messages of somebody else, and the list of chats, and isn't running. */
async function leftDevice(): Promise<Kept> {
  const options = { tokenStore: memoryTokens(), store: memoryStore() }
  const [owner, meera] = [await person(options), await person()]
  const chatId = await group(meera, owner)
  const messageIds = [(await say(meera, chatId, 'one')).id, (await say(meera, chatId, 'two')).id]
  await Promise.all([until(owner.parley.chatList(), isLive), until(owner.parley.subscribe(chatId), isLive)])
  await owner.parley.flush()
  owner.parley.close()
  return { owner, options, chatId, messageIds }
}

/** Changes what is under the key that ends so. */
async function change({ options: { store } }: Kept, ending: string, next: (value: Record<string, unknown>) => unknown) {
  const [key, value] = [...(await store.read(''))].find(([each]) => each.endsWith(ending)) ?? []
  if (key === undefined) throw new Error(`nothing is kept under ${ending}`)
  await store.write(new Map([[key, next(value as Record<string, unknown>)]]))
}

test('what I drafted, starred and deleted for me elsewhere is so in a chat that I open long after this device caught up (C1, C2)', async () => {
  const left = await leftDevice()
  const { chatId, messageIds } = left
  const [first = '', second = ''] = messageIds
  const { parley: elsewhere } = await otherDevice(left.owner)
  await elsewhere.chats.saveDraft({ chatId, text: 'begun elsewhere' })
  await elsewhere.messages.starMessage({ messageId: second })
  await elsewhere.messages.deleteMessage({ messageId: first, forEveryone: false })

  const again = client(left.options)
  await until(again.chatList(), ({ state, chats }) => state === 'live' && chats[0]?.draft?.text === 'begun elsewhere')
  const { chat, messages, starredIds } = await until(again.subscribe(chatId), isLive)
  expect([chat?.draft?.text, texts({ messages }), [...starredIds]]).toEqual(['begun elsewhere', ['two'], [second]])
  await again.flush()
  again.close()

  const offline = client({ ...left.options, fetch: () => Promise.reject(new TypeError('the network is gone')) })
  offline.close()
  const kept = await until(offline.subscribe(chatId), ({ state }) => state === 'behind')
  expect([kept.chat?.draft?.text, texts(kept), [...kept.starredIds]]).toEqual(['begun elsewhere', ['two'], [second]])
})

test('a chat that was kept without how far the device had come is read anew: nobody knows what it missed (C1)', async () => {
  const left = await leftDevice()
  await change(left, '/mine', () => undefined)
  const { parley: elsewhere } = await otherDevice(left.owner)
  await elsewhere.chats.saveDraft({ chatId: left.chatId, text: 'begun elsewhere' })
  const again = client(left.options)
  const view = again.subscribe(left.chatId)
  expect((await until(view, ({ state }) => state !== 'loading')).chat?.draft?.text).toBe('begun elsewhere')
})

test('a list that takes long to be read is there at the next start, also without a server', async () => {
  const { store, tokenStore } = { store: memoryStore(), tokenStore: memoryTokens() }
  const listed = Promise.withResolvers<void>()
  const slowly: typeof fetch = async (...request) => {
    if (String(request[0]).includes('/api/chats?')) await listed.promise
    return fetch(...request)
  }
  const [meera, owner] = [await person(), await person({ store, tokenStore, fetch: slowly })]
  const chatId = await group(meera, owner)
  const list = owner.parley.chatList()
  await expect.poll(async () => [...(await store.read('')).keys()].some((key) => key.endsWith('/mine')), { timeout: 10_000 }).toBe(true)
  listed.resolve()
  await until(list, isLive)
  await owner.parley.flush()
  owner.parley.close()
  const offline = client({ store, tokenStore, fetch: () => Promise.reject(new TypeError('the network is gone')) })
  offline.close()
  const { chats } = await until(offline.chatList(), ({ state }) => state === 'behind')
  expect(chats.map(({ id }) => id)).toEqual([chatId])
})

test('a chat that one tab keeps and another does not follow is dropped by the other when something of mine changes in it (C1)', async () => {
  const { owner, options, chatId } = await leftDevice()
  const other = client(options)
  const list = other.chatList()
  await until(list, isLive)
  const { chat } = await other.chats.createGroup({ name: 'Another', memberIds: [] })
  const tab = client(options)
  await until(tab.subscribe(chat.id), isLive)
  await tab.flush()
  tab.close()
  const isKept = async () => [...(await options.store.read('')).keys()].some((key) => key.endsWith(`chat/${chat.id}`))
  expect(await isKept()).toBe(true)
  const { parley: elsewhere } = await otherDevice(owner)
  await elsewhere.chats.saveDraft({ chatId: chat.id, text: 'begun elsewhere' })
  await until(list, ({ chats }) => chats.some(({ id, draft }) => id === chat.id && draft?.text === 'begun elsewhere'))
  await other.flush()
  expect(await isKept()).toBe(false)
  expect([...(await options.store.read('')).keys()].some((key) => key.endsWith(`chat/${chatId}`))).toBe(true)
})

test('where the server was set back to an older copy, all that was known is read anew (C1)', async () => {
  const left = await leftDevice()
  const { chatId } = left
  await change(left, '/mine', (mine) => ({ ...mine, place: { ...(mine.place as object), userSeq: 1_000 } }))
  const fromLater = { text: 'what the older copy knows nothing of', replyTo: null, updatedAt: '2025-01-01T00:00:00.000Z' }
  for (const key of [`chat/${chatId}`, `list/${chatId}`]) {
    await change(left, key, (kept) => ({ ...kept, chat: { ...(kept.chat as object), draft: fromLater } }))
  }
  const again = client(left.options)
  const [view, list] = [again.subscribe(chatId), again.chatList()]
  const [opened, { chats }] = await Promise.all([until(view, isLive), until(list, isLive)])
  expect([opened.chat?.draft, chats[0]?.draft, texts(opened)]).toEqual([null, null, ['one', 'two']])
})
