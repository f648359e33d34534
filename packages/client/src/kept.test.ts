/** What outlives a client: chats, the list of them, and what was being sent. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type ClientOptions, memoryStore, memoryTokens, type Store, type TokenStore } from './client.ts'
import { fileStore } from './file-store.ts'
import { Keeper } from './keeper.ts'
import { group, isLive, type Person, password, peopleOfOneServer, texts, until } from './testing/people.ts'

const { server, client, person: personWith } = peopleOfOneServer()
const scratch = mkdtempSync(join(tmpdir(), 'parley-kept-'))
afterAll(() => rmSync(scratch, { recursive: true }))

interface Kept extends Person {
  readonly tokenStore: TokenStore
  readonly directory: string
}

const device = ({ isCut = () => false, ...options }: ClientOptions & { isCut?: (() => boolean) | undefined }): ClientOptions => ({
  ...options,
  fetch: async (...request) => {
    if (isCut()) throw new TypeError('the network is gone')
    return fetch(...request)
  },
})

async function person(isCut?: () => boolean): Promise<Kept> {
  const directory = mkdtempSync(join(scratch, 'device-'))
  const tokenStore = memoryTokens()
  return { ...(await personWith(device({ tokenStore, store: fileStore(directory), isCut }))), tokenStore, directory }
}

/** The next start of a client on the same machine. */
const again = ({ tokenStore, directory }: Kept, isCut?: () => boolean) => client(device({ tokenStore, store: fileStore(directory), isCut }))

/** Everything on disk, as text. */
const onDisk = ({ directory }: Kept) =>
  readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n')

/** Resolves once what is on disk fits: it's written soon after, and nothing tells when. */
const untilOnDisk = (whose: Kept, fits: (text: string) => boolean) => expect.poll(() => fits(onDisk(whose)), { timeout: 10_000 }).toBe(true)

test('after a restart of the client, a chat and the list are there without a server, and catch up when it is back (C1, C2)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  await meera.parley.messages.sendMessage({ chatId, content: 'kept' })
  const [view, list] = [tomas.parley.subscribe(chatId), tomas.parley.chatList()]
  await Promise.all([until(view, isLive), until(list, isLive)])
  await untilOnDisk(tomas, (text) => text.includes('"oldestSeq"') && text.includes('"mine"'))
  tomas.parley.close()

  let cut = true
  const later = again(tomas, () => cut)
  later.close()
  const [offline, offlineList] = [later.subscribe(chatId), later.chatList()]
  expect(texts(await until(offline, ({ state }) => state === 'behind'))).toEqual(['kept'])
  expect((await until(offlineList, ({ chats }) => chats.length === 1)).chats[0]).toMatchObject({ id: chatId, unreadCount: 1 })
  await meera.parley.messages.sendMessage({ chatId, content: 'while away' })
  cut = false
  await later.connect()
  const caughtUp = await until(offline, ({ state, messages }) => state === 'live' && messages.length === 2)
  expect(texts(caughtUp)).toEqual(['kept', 'while away'])
  const { chats } = await until(offlineList, (current) => isLive(current) && current.chats[0]?.unreadCount === 2)
  expect(chats[0]?.lastMessage?.content?.text).toBe('while away')
})

test('what was being sent when the client ended is sent by the next one, in order and once (E1)', async () => {
  let cut = false
  const [meera, tomas] = [await person(() => cut), await person()]
  const chatId = await group(meera, tomas)
  const view = meera.parley.subscribe(chatId)
  await until(view, isLive)
  cut = true
  meera.parley.close()
  const tempIds = ['one', 'two', 'three'].map((content) => view.send({ content }))
  await untilOnDisk(meera, (text) => text.includes('"three"'))

  const later = again(meera)
  const resumed = later.subscribe(chatId)
  const current = await until(
    resumed,
    ({ state, messages, outgoing }) => state === 'live' && messages.length === 3 && outgoing.length === 0,
  )
  expect(texts(current)).toEqual(['one', 'two', 'three'])
  expect(current.messages.map(({ id }) => resumed.keyOf(id))).toEqual(tempIds)
  expect(later.outbox.current).toEqual([])
  await untilOnDisk(meera, (text) => !text.includes('"order"'))
  const { messages } = await tomas.parley.messages.listMessages({ chatId })
  expect(texts({ messages })).toEqual(['one', 'two', 'three'])
})

test('what was stored though its answer was lost, and the client with it, is shown once by the next one (E1, E2)', async () => {
  let cut = false
  const stored = Promise.withResolvers<void>()
  const [tokenStore, directory] = [memoryTokens(), mkdtempSync(join(scratch, 'device-'))]
  const losing: typeof fetch = async (...request) => {
    const answer = await fetch(...request)
    if (!cut) return answer
    if (String(request[0]).endsWith('/api/messages')) stored.resolve()
    throw new TypeError('the network is gone')
  }
  const meera: Kept = { ...(await personWith({ tokenStore, store: fileStore(directory), fetch: losing })), tokenStore, directory }
  const { parley } = meera
  const chatId = await group(meera)
  const view = parley.subscribe(chatId)
  await until(view, isLive)
  cut = true
  parley.close()
  view.send({ content: 'did it arrive?' })
  await stored.promise

  const shown = again(meera).subscribe(chatId)
  let most = 0
  shown.subscribe(() => {
    most = Math.max(most, shown.current.messages.length + shown.current.outgoing.length)
  })
  const current = await until(shown, ({ state, outgoing }) => state === 'live' && outgoing.length === 0)
  expect(texts(current)).toEqual(['did it arrive?'])
  expect(most).toBe(1)
})

test('a refused message is refused after a restart too, until it is tried again or discarded', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  const { message } = await tomas.parley.messages.sendMessage({ chatId, content: 'to be deleted' })
  const view = meera.parley.subscribe(chatId)
  await until(view, isLive)
  await tomas.parley.messages.deleteMessage({ messageId: message.id })
  view.send({ content: 'a reply', replyTo: message.id })
  await until(meera.parley.outbox, (current) => current[0]?.status === 'failed')
  await untilOnDisk(meera, (text) => text.includes('REPLY_NOT_FOUND'))
  meera.parley.close()

  const { outbox } = again(meera)
  const [refused] = await until(outbox, (current) => current[0]?.status === 'failed')
  expect(refused).toMatchObject({ status: 'failed', error: { code: 'REPLY_NOT_FOUND', retryable: false } })
  refused?.discard()
  expect(outbox.current).toEqual([])
  await untilOnDisk(meera, (text) => !text.includes('a reply'))
})

test('of a chat that one was removed from, and of a message that was deleted, nothing stays on disk (P2)', async () => {
  const [meera, tomas] = [await person(), await person()]
  const [left, kept] = [await group(meera, tomas), await group(meera, tomas)]
  await meera.parley.messages.sendMessage({ chatId: left, content: 'a secret' })
  const { message } = await meera.parley.messages.sendMessage({ chatId: kept, content: 'a mistake' })
  const views = [left, kept].map((chatId) => tomas.parley.subscribe(chatId))
  await Promise.all([...views, tomas.parley.chatList()].map((view) => until<{ state: string }>(view, isLive)))
  await untilOnDisk(tomas, (text) => text.includes('a secret') && text.includes('a mistake'))
  await meera.parley.chats.removeMember({ chatId: left, userId: tomas.user.id })
  await meera.parley.messages.deleteMessage({ messageId: message.id })
  await untilOnDisk(tomas, (text) => !text.includes('a secret') && !text.includes('a mistake'))
})

test('after logging out, and for the next person, nothing is left on disk', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera, tomas)
  await meera.parley.messages.sendMessage({ chatId, content: 'a secret' })
  const view = tomas.parley.subscribe(chatId)
  await until(view, isLive)
  await untilOnDisk(tomas, (text) => text.includes('a secret'))
  await tomas.parley.auth.logout()
  await tomas.parley.flush()
  expect(onDisk(tomas)).toBe('')

  const next = again({ ...meera, directory: tomas.directory })
  await until(next.subscribe(chatId), isLive)
  await untilOnDisk(tomas, (text) => text.includes('a secret') && !text.includes(`"userId":"${tomas.user.id}"}`))
})

test('who logs in where another person left something sees nothing of it and sends nothing of it', async () => {
  let cut = false
  const [meera, tomas] = [await person(() => cut), await person()]
  const chatId = await group(meera, tomas)
  const view = meera.parley.subscribe(chatId)
  await until(view, isLive)
  cut = true
  meera.parley.close()
  view.send({ content: 'from meera alone' })
  await untilOnDisk(meera, (text) => text.includes('from meera alone'))

  const next = again({ ...tomas, tokenStore: memoryTokens(), directory: meera.directory })
  await next.auth.login({ username: tomas.user.username, password })
  const sent: string[] = []
  next.outbox.subscribe(() => sent.push(...next.outbox.current.map(({ tempId }) => tempId)))
  const messages = await until(next.subscribe(chatId), isLive)
  expect([sent, texts(messages)]).toEqual([[], []])
  await untilOnDisk(meera, (text) => text.includes(tomas.user.id) && !text.includes('from meera alone'))
  expect((await tomas.parley.messages.listMessages({ chatId })).messages).toEqual([])
})

test('who starts with their own tokens where another person left something sees nothing of it, not even without a connection', async () => {
  const [meera, tomas] = [await person(), await person()]
  const chatId = await group(meera)
  const [view, list] = [meera.parley.subscribe(chatId), meera.parley.chatList()]
  await Promise.all([until(view, isLive), until(list, isLive)])
  await untilOnDisk(meera, (text) => text.includes('"oldestSeq"') && text.includes('"mine"'))
  meera.parley.close()

  let cut = true
  const next = again({ ...tomas, directory: meera.directory }, () => cut)
  next.close()
  const shown: unknown[] = []
  const nextList = next.chatList(({ chats }) => shown.push(...chats))
  next.subscribe(chatId, ({ chat }) => chat !== null && shown.push(chat))
  cut = false
  await next.connect()
  await until(nextList, isLive)
  expect(shown).toEqual([])
})

test('a tab that learns late of a logout leaves alone what the next person keeps', async () => {
  const store = memoryStore()
  const [meera, tomas] = [await person(), await person()]
  const keeper = () => new Keeper({ store, url: server().url, onFailure: () => {} })
  const [late, prompt] = [keeper(), keeper()]
  late.belongTo(meera.user.id)
  await late.keep('outbox/1', 'from meera')
  prompt.belongTo(tomas.user.id)
  await prompt.keep('outbox/2', 'from tomas')
  await late.keep('outbox/3', 'also from meera')
  await late.clear()
  late.belongTo(tomas.user.id)
  expect(await late.load('outbox/')).toEqual(new Map([['outbox/2', 'from tomas']]))
  expect(JSON.stringify([...(await store.read(''))])).not.toContain('from meera')
  expect(await keeper().owner()).toBe(tomas.user.id)
})

test('a store that takes nothing any more is emptied all the same when somebody leaves (P2)', async () => {
  const store = memoryStore()
  const full = { ...store, write: store.write }
  const keeper = new Keeper({ store: full, url: server().url, onFailure: () => {} })
  keeper.belongTo('somebody')
  await keeper.keep('outbox/1', 'a secret')
  full.write = () => Promise.reject(new Error('no space left'))
  await keeper.keep('outbox/2', 'another')
  await keeper.clear()
  expect(await store.read('')).toEqual(new Map())
})

test('how far everything is goes to the store after everything else, so that a crash in between leads to asking again (C1)', async () => {
  const store = memoryStore()
  const writes: string[][] = []
  const watched: Store = {
    ...store,
    write(changes) {
      writes.push([...changes.keys()].map((key) => key.replace(/^.*? [^/]*\/?/, '')))
      return store.write(changes)
    },
  }
  const [careful, meera] = [await personWith({ tokenStore: memoryTokens(), store: watched }), await person()]
  const list = careful.parley.chatList()
  await until(list, isLive)
  const chatId = await group(meera, careful)
  await until(list, ({ chats }) => chats.length === 1)
  await expect.poll(() => writes.some((keys) => keys.includes(`list/${chatId}`) && keys.includes('mine'))).toBe(true)
  for (const keys of writes.filter((each) => each.includes('mine'))) expect(keys.at(-1)).toBe('mine')
})

test('a store that fails costs one warning, and everything goes on', async () => {
  const failing: Store = {
    read: () => Promise.reject(new Error('no space left')),
    write: () => Promise.reject(new Error('no space left')),
    clear: () => Promise.reject(new Error('no space left')),
  }
  const parley = client({ tokenStore: memoryTokens(), store: failing })
  const warnings: string[] = []
  parley.on('warning', ({ message }) => warnings.push(message))
  await parley.auth.register({ username: 'unlucky', email: 'unlucky@example.org', password })
  const { chat } = await parley.chats.createGroup({ name: 'Group', memberIds: [] })
  const view = parley.subscribe(chat.id)
  await until(view, isLive)
  view.send({ content: 'all the same' })
  expect(texts(await until(view, ({ messages }) => messages.length === 1))).toEqual(['all the same'])
  expect(warnings).toHaveLength(1)
})
