/** Whose words leave under whose name, where two people use one browser one after the other. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { type ChatView, createClient, memoryTokens, type OutboxView, type Parley } from './client.ts'
import { TabChannel } from './testing/tab-channel.ts'

let server: TestServer
const clients: Parley[] = []

beforeAll(async () => {
  vi.stubGlobal('BroadcastChannel', TabChannel)
  server = await startServer()
})
afterEach(() => {
  vi.useRealTimers()
  for (const parley of clients.splice(0)) parley.close()
  for (const channel of TabChannel.opened.splice(0)) channel.close()
})
afterAll(async () => {
  await server.stop()
  vi.unstubAllGlobals()
})

const password = 'Correct-horse-1'

function client(options: Parameters<typeof createClient>[0] = {}): Parley {
  const parley = createClient({ url: server.url, ...options })
  clients.push(parley)
  return parley
}

async function register(parley: Parley) {
  const username = `u${randomUUID().slice(0, 13)}`
  const { user } = await parley.auth.register({ username, email: `${username}@example.org`, password })
  return { username, user }
}

/** Tabs of one browser, where meera is logged in, and a group that tomas is in as well; he has a device of his own. */
async function browser() {
  const tokenStore = { ...memoryTokens(), sharedAs: randomUUID() }
  const openTab = () => {
    const parley = client({ tokenStore, shareConnection: true })
    const channel = TabChannel.opened.at(-1)
    if (channel === undefined) throw new Error('the tab opened no channel')
    return { parley, channel }
  }
  const first = openTab()
  const meera = await register(first.parley)
  await first.parley.connect()
  const device = client()
  const tomas = await register(device)
  const { chat } = await first.parley.chats.createGroup({ name: 'Both', memberIds: [tomas.user.id] })
  const texts = async () => (await device.messages.listMessages({ chatId: chat.id })).messages.map(({ content }) => content?.text)
  const draftOfTomas = async () => (await device.chats.getChat({ chatId: chat.id })).chat.draft
  const loginAsTomas = (parley: Parley) => parley.auth.login({ username: tomas.username, password })
  return { tokenStore, openTab, first, meera, tomas, chatId: chat.id, texts, draftOfTomas, loginAsTomas }
}

const until = (view: ChatView | OutboxView, fits: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!fits()) return
      stop()
      resolve()
    }
    const stop = view.subscribe(look)
    look()
  })

const isLive = (view: ChatView) => until(view, () => view.current.state === 'live')
const isEmpty = (outbox: OutboxView) => until(outbox, () => outbox.current.length === 0)

test('what waits in a tab that is not connected never leaves as who logged in in another one', async () => {
  const { first, openTab, chatId, texts, loginAsTomas } = await browser()
  const view = first.parley.subscribe(chatId)
  await isLive(view)
  first.parley.close()
  first.channel.loses = ({ kind }) => kind === 'session'
  await loginAsTomas(openTab().parley)
  view.send({ content: 'from meera alone' })
  expect(first.parley.outbox.current).toHaveLength(1)
  await first.parley.connect()
  await isEmpty(first.parley.outbox)
  expect(await texts()).toEqual([])
})

test('what was written before it was known by whom is nobody’s once somebody logs in, here or in another tab', async () => {
  const { openTab, chatId, texts, loginAsTomas } = await browser()
  const tabs = [openTab().parley, openTab().parley]
  for (const tab of tabs) {
    tab.close()
    tab.subscribe(chatId).send({ content: 'from nobody known' })
    expect(tab.outbox.current).toHaveLength(1)
  }
  await loginAsTomas(tabs[0] as Parley)
  await Promise.all(tabs.map((tab) => isEmpty(tab.outbox)))
  await Promise.all(tabs.map((tab) => tab.connect()))
  expect(await texts()).toEqual([])
})

test('a draft is not saved as who logged in meanwhile in another tab', async () => {
  const { first, openTab, chatId, draftOfTomas, loginAsTomas } = await browser()
  const view = first.parley.subscribe(chatId)
  await isLive(view)
  first.parley.close()
  first.channel.loses = ({ kind }) => kind === 'session'
  await loginAsTomas(openTab().parley)
  await expect(first.parley.chats.saveDraft({ chatId, text: 'from meera alone' })).rejects.toMatchObject({ retryable: true })
  expect(await draftOfTomas()).toBeNull()
})

test('a tab that missed who logged in elsewhere sends nothing over their connection', async () => {
  const { first, openTab, tomas, chatId, texts, loginAsTomas } = await browser()
  const second = openTab()
  const view = second.parley.subscribe(chatId)
  await isLive(view)
  second.channel.loses = ({ kind }) => kind === 'session' || kind === 'passed' || kind === 'welcome'
  await loginAsTomas(openTab().parley)
  await vi.waitFor(async () => expect((await first.parley.connect()).user.id).toBe(tomas.user.id))
  const refused = new Promise<void>((resolve) => {
    const listening = second.channel.loses
    second.channel.loses = (message) => {
      if (message.kind === 'failure' || message.kind === 'answer') resolve()
      return listening(message)
    }
  })
  view.send({ content: 'from meera alone' })
  await refused
  second.channel.loses = () => false
  second.parley.close()
  expect((await second.parley.connect()).user.id).toBe(tomas.user.id)
  await isEmpty(second.parley.outbox)
  expect(await texts()).toEqual([])
})

test('what a connection took after it had died unnoticed is not sent over the next one, which is another person’s', async () => {
  const { first, tokenStore, tomas, chatId, texts } = await browser()
  const view = first.parley.subscribe(chatId)
  await isLive(view)
  const elsewhere = memoryTokens()
  await client({ tokenStore: elsewhere }).auth.login({ username: tomas.username, password })
  const tokens = await elsewhere.load()
  if (tokens === undefined) throw new Error('tomas has no tokens')
  await tokenStore.save(tokens)
  // The machine slept: for longer than the server waits for a sign of life.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 })
  view.send({ content: 'from meera alone' })
  expect(first.parley.outbox.current).toHaveLength(1)
  await isEmpty(first.parley.outbox)
  expect((await first.parley.connect()).user.id).toBe(tomas.user.id)
  expect(await texts()).toEqual([])
})

test('a request whose session has ended is not repeated as who logged in meanwhile', async () => {
  const { tomas, meera, chatId, texts } = await browser()
  const [tokenStore, elsewhere] = [memoryTokens(), memoryTokens()]
  const tomasElsewhere = client({ tokenStore: elsewhere })
  await tomasElsewhere.auth.login({ username: tomas.username, password })
  const refused = Promise.withResolvers<number>()
  const tab = client({
    tokenStore,
    fetch: async (input, init) => {
      const answer = await fetch(input, init)
      const tokens = await elsewhere.load()
      if (answer.status === 401 && tokens !== undefined) {
        await tokenStore.save(tokens)
        refused.resolve(answer.status)
      }
      return answer
    },
  })
  await tab.auth.login({ username: meera.username, password })
  const other = client()
  await other.auth.login({ username: meera.username, password })
  await other.auth.logoutAll()
  await expect(tab.messages.sendMessage({ chatId, content: 'from meera alone' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await refused.promise).toBe(401)
  expect(await texts()).toEqual([])
})
