import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import {
  type ChatSnapshot,
  type ChatView,
  createClient,
  type EventName,
  type Events,
  memoryStore,
  memoryTokens,
  type OwnUser,
  type Parley,
} from './client.ts'
import { until } from './testing/people.ts'
import { TabChannel } from './testing/tab-channel.ts'

let server: TestServer
const clients: Parley[] = []

beforeAll(async () => {
  vi.stubGlobal('BroadcastChannel', TabChannel)
  server = await startServer()
})
afterEach(() => {
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

interface Tab {
  readonly parley: Parley
  readonly channel: TabChannel
  /** Of every request over REST. */
  readonly requests: string[]
}

interface Tabs {
  readonly leader: Tab
  readonly follower: Tab
  readonly user: OwnUser
  readonly username: string
  readonly tokenStore: ReturnType<typeof memoryTokens> & { readonly sharedAs: string }
  open(): Tab
}

/** Two tabs of one person; the first of them has the connection. */
async function twoTabs(): Promise<Tabs> {
  const tokenStore = { ...memoryTokens(), sharedAs: randomUUID() }
  const open = (): Tab => {
    const requests: string[] = []
    const spyingFetch: typeof fetch = (input, init) => {
      requests.push(`${init?.method} ${new URL(String(input)).pathname}`)
      return fetch(input, init)
    }
    const parley = client({ tokenStore, shareConnection: true, fetch: spyingFetch })
    const channel = TabChannel.opened.at(-1)
    if (channel === undefined) throw new Error('the tab opened no channel')
    return { parley, channel, requests }
  }
  const leader = open()
  const person = await register(leader.parley)
  await leader.parley.connect()
  const follower = open()
  await follower.parley.connect()
  return { leader, follower, ...person, tokenStore, open }
}

async function friendOf(user: OwnUser) {
  const parley = client()
  await register(parley)
  const { chat } = await parley.chats.startPrivateChat({ userId: user.id })
  return {
    parley,
    chatId: chat.id,
    say: async (content: string) => (await parley.messages.sendMessage({ chatId: chat.id, content })).message,
  }
}

const next = <Name extends EventName>(
  parley: Parley,
  name: Name,
  fits: (payload: Events[Name]) => boolean = () => true,
): Promise<Events[Name]> =>
  new Promise((resolve) => {
    const off = parley.on(name, (payload) => {
      if (!fits(payload)) return
      off()
      resolve(payload)
    })
  })

/** Everything of one kind that a client hears from now on. */
function heard<Name extends EventName>(parley: Parley, name: Name): Events[Name][] {
  const payloads: Events[Name][] = []
  parley.on(name, (payload) => payloads.push(payload))
  return payloads
}

const textsOf = ({ messages }: ChatSnapshot) => messages.map(({ content }) => (content?.type === 'text' ? content.text : content?.type))
const liveWith = (text: string) => (current: ChatSnapshot) => current.state === 'live' && textsOf(current).includes(text)

/** Waits until the server has this many sockets. */
const haveSockets = (count: number) =>
  vi.waitFor(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toContain(`parley_sockets ${count}\n`)
  })

test('two tabs of one person have one socket between them', async () => {
  const { leader, follower, user } = await twoTabs()
  expect((await follower.parley.connect()).user.id).toBe(user.id)
  expect([leader.parley.connection, follower.parley.connection]).toEqual(['online', 'online'])
  await haveSockets(1)
})

test('two people in two tabs have a socket each', async () => {
  const [tab, other] = [client({ shareConnection: true }), client({ shareConnection: true })]
  const people = [await register(tab), await register(other)]
  const opened = await Promise.all([tab.connect(), other.connect()])
  expect(opened.map(({ user }) => user.id)).toEqual(people.map(({ user }) => user.id))
  await haveSockets(2)
})

test('both tabs hear everything once and in order (E2, O1)', async () => {
  const { leader, follower, user } = await twoTabs()
  const friend = await friendOf(user)
  const received = [leader, follower].map(({ parley }) => heard(parley, 'new_message'))
  const sent = Array.from({ length: 40 }, (_, index) => `${index}`)
  const arrived = [leader, follower].map(({ parley }) => next(parley, 'new_message', ({ message }) => message.content?.text === '39'))
  for (const content of sent) await friend.say(content)
  await Promise.all(arrived)
  for (const messages of received) expect(messages.map(({ message }) => message.content?.text)).toEqual(sent)
})

test('what one tab sends goes over the connection of the other, and is there once in both (E1, E2)', async () => {
  const { leader, follower, user } = await twoTabs()
  const { chatId } = await friendOf(user)
  const views = [leader, follower].map(({ parley }) => parley.subscribe(chatId))
  await Promise.all(views.map((view) => until(view, ({ state }) => state === 'live')))
  follower.requests.length = 0
  views[1]?.send({ content: 'from the second tab' })
  views[0]?.send({ content: 'from the first tab' })
  for (const view of views) {
    const current = await until(view, (now) => now.outgoing.length === 0 && now.messages.length === 2)
    expect(textsOf(current).toSorted()).toEqual(['from the first tab', 'from the second tab'])
  }
  expect(follower.requests).toEqual([])
})

test('a refused command fails in the tab that gave it, with everything that the server said', async () => {
  const { follower, user } = await twoTabs()
  const refused = follower.parley.messages.sendMessage({ chatId: user.id, content: 'to no chat' })
  await expect(refused).rejects.toMatchObject({ name: 'ParleyError', code: 'CHAT_NOT_FOUND', status: 404, retryable: false })
  const wrong = follower.parley.messages.sendMessage({ chatId: 'not an id', content: 'Hello' })
  await expect(wrong).rejects.toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'chatId' }] })
})

test('when the tab with the connection closes, another takes over and has missed nothing (C1)', async () => {
  const { leader, follower, user } = await twoTabs()
  const friend = await friendOf(user)
  const view = follower.parley.subscribe(friend.chatId)
  await friend.say('before')
  await until(view, liveWith('before'))
  const [states, back] = [heard(follower.parley, 'connection'), next(follower.parley, 'reconnected')]
  leader.parley.close()
  await friend.say('in between')
  await back
  await friend.say('after')
  expect(textsOf(await until(view, liveWith('after')))).toEqual(['before', 'in between', 'after'])
  expect(states).toEqual(['connecting', 'online'])
  await haveSockets(1)
})

test('the third tab follows the second when the first is gone', async () => {
  const { leader, follower, user, open } = await twoTabs()
  const third = open()
  await third.parley.connect()
  const friend = await friendOf(user)
  const back = [follower, third].map(({ parley }) => next(parley, 'reconnected'))
  leader.parley.close()
  await Promise.all(back)
  await haveSockets(1)
  const arrived = [follower, third].map(({ parley }) => next(parley, 'new_message'))
  const { id } = await friend.say('hello, both')
  expect((await Promise.all(arrived)).map(({ message }) => message.id)).toEqual([id, id])
})

test('when the tab with the connection crashes, what another had under way through it is sent once (E1)', async () => {
  const tokenStore = { ...memoryTokens(), sharedAs: randomUUID() }
  const tab = client({ tokenStore, shareConnection: true })
  const { user, username } = await register(tab)
  const tokens = await tokenStore.load()
  const crashing = new Worker(new URL('./testing/tab.ts', import.meta.url), {
    workerData: { url: server.url, sharedAs: tokenStore.sharedAs, tokens },
  })
  expect(await once(crashing, 'message')).toEqual([username])
  const friend = await friendOf(user)
  await tab.connect()
  await haveSockets(1)
  const view = tab.subscribe(friend.chatId)
  await until(view, ({ state }) => state === 'live')
  view.send({ content: 'one' })
  view.send({ content: 'two' })
  await crashing.terminate()
  await until(view, (now) => now.outgoing.length === 0 && now.messages.length === 2)
  const { messages } = await friend.parley.messages.listMessages({ chatId: friend.chatId })
  expect(messages.map(({ content }) => content?.text)).toEqual(['one', 'two'])
  await haveSockets(1)
})

test('a frozen tab is replaced by one that needs the connection, and follows it when it wakes (C1, E1)', async () => {
  const { leader, follower, user } = await twoTabs()
  const friend = await friendOf(user)
  const views = [leader, follower].map(({ parley }) => parley.subscribe(friend.chatId))
  await Promise.all(views.map((view) => until(view, ({ state }) => state === 'live')))
  leader.channel.freeze()
  views[1]?.send({ content: 'is anybody there?' })
  await until(views[1] as ChatView, (now) => now.state === 'live' && now.outgoing.length === 0 && now.messages.length === 1)
  leader.channel.thaw()
  await friend.say('yes')
  for (const view of views) expect(textsOf(await until(view, liveWith('yes')))).toEqual(['is anybody there?', 'yes'])
  await haveSockets(1)
  const closing = next(follower.parley, 'connection')
  follower.parley.close()
  expect(await closing).toBe('offline')
  await friend.say('and now?')
  await until(views[0] as ChatView, liveWith('and now?'))
})

test('a tab that missed something knows it, and catches up (C1)', async () => {
  const { follower, user } = await twoTabs()
  const friend = await friendOf(user)
  const view = follower.parley.subscribe(friend.chatId)
  await until(view, ({ state }) => state === 'live')
  const [states, back] = [heard(follower.parley, 'connection'), next(follower.parley, 'reconnected')]
  let lost = 0
  follower.channel.loses = ({ kind }) => kind === 'passed' && ++lost === 1
  await friend.say('lost')
  await friend.say('heard')
  await back
  expect(states).toEqual(['connecting', 'online'])
  expect(textsOf(await until(view, liveWith('heard')))).toEqual(['lost', 'heard'])
})

test('when the server goes and comes back, all tabs say so', async () => {
  const { leader, follower } = await twoTabs()
  const states = [leader, follower].map(({ parley }) => heard(parley, 'connection'))
  const back = [leader, follower].map(({ parley }) => next(parley, 'reconnected'))
  await server.restart()
  await Promise.all(back)
  for (const seen of states) expect(seen).toEqual(['connecting', 'online'])
  await haveSockets(1)
})

test('connecting while the server is away fails at once in every tab, and succeeds by itself when it is back', async () => {
  const { leader, follower } = await twoTabs()
  const [lost, back] = [next(follower.parley, 'connection'), next(follower.parley, 'reconnected')]
  const restarted = server.restart()
  expect(await lost).toBe('connecting')
  for (const { parley } of [follower, leader]) await expect(parley.connect()).rejects.toMatchObject({ code: 'NETWORK', retryable: true })
  await restarted
  await back
})

test('logging out in one tab logs all of them out, and each says so once', async () => {
  const { leader, follower, username, open } = await twoTabs()
  const third = open()
  await third.parley.connect()
  const tabs = [leader, follower, third]
  const reasons = tabs.map(({ parley }) => heard(parley, 'logged_out'))
  const told = tabs.map(({ parley }) => next(parley, 'logged_out'))
  await follower.parley.auth.logout()
  await Promise.all(told)
  expect(tabs.map(({ parley }) => parley.connection)).toEqual(['offline', 'offline', 'offline'])
  await haveSockets(0)

  const online = tabs.map(({ parley }) => next(parley, 'connection', (state) => state === 'online'))
  await third.parley.auth.login({ username, password })
  await Promise.all(online)
  expect(reasons).toEqual([[{ reason: 'logout' }], [{ reason: 'logout' }], [{ reason: 'logout' }]])
  await haveSockets(1)
})

test('when the server ended the session, every tab says so once', async () => {
  const { leader, follower, username, tokenStore } = await twoTabs()
  const reasons = [leader, follower].map(({ parley }) => heard(parley, 'logged_out'))
  const told = [leader, follower].map(({ parley }) => next(parley, 'logged_out'))
  const elsewhere = client()
  await elsewhere.auth.login({ username, password })
  await elsewhere.auth.logoutAll()
  await Promise.all(told)
  for (const { parley } of [leader, follower]) await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(reasons).toEqual([[{ reason: 'refused' }], [{ reason: 'refused' }]])
  expect(await tokenStore.load()).toBeUndefined()
})

test('who logs in as somebody else in one tab is somebody else in all, and the others are told', async () => {
  const { leader, follower } = await twoTabs()
  const tomas = await register(client())
  const told = next(leader.parley, 'logged_out')
  const online = next(leader.parley, 'connection', (state) => state === 'online')
  const reasons = heard(follower.parley, 'logged_out')
  await follower.parley.auth.login({ username: tomas.username, password })
  expect((await follower.parley.connect()).user.id).toBe(tomas.user.id)
  expect(await told).toEqual({ reason: 'logout' })
  await online
  expect((await leader.parley.connect()).user.id).toBe(tomas.user.id)
  expect(reasons).toEqual([])
  await haveSockets(1)
})

test('a tab whose session is another than that of the connection does not take it for its own', async () => {
  const { leader, tokenStore, open } = await twoTabs()
  const elsewhere = memoryTokens()
  const tomas = await register(client({ tokenStore: elsewhere }))
  const tokens = await elsewhere.load()
  if (tokens !== undefined) await tokenStore.save(tokens)
  const third = open()
  expect((await third.parley.connect()).user.id).toBe(tomas.user.id)
  expect((await leader.parley.connect()).user.id).toBe(tomas.user.id)
  await haveSockets(1)
})

test('what is taken back in one tab is sent by no other', async () => {
  const [tokenStore, store] = [{ ...memoryTokens(), sharedAs: randomUUID() }, memoryStore()]
  let cut = false
  const open = () =>
    client({
      ...{ tokenStore, store, shareConnection: true },
      fetch: async (...request) => {
        if (cut) throw new TypeError('the network is gone')
        return fetch(...request)
      },
    })
  const [tab, other] = [open(), open()]
  const { user } = await register(tab)
  const friend = await friendOf(user)
  const view = tab.subscribe(friend.chatId)
  await until(view, ({ state }) => state === 'live')
  cut = true
  for (const parley of [tab, other]) parley.close()
  view.send({ content: 'a mistake' })
  await expect.poll(async () => JSON.stringify([...(await store.read(''))])).toContain('a mistake')
  const shown = other.subscribe(friend.chatId)
  await until(shown, ({ outgoing }) => outgoing.length === 1)
  tab.outbox.current[0]?.discard()
  await until(shown, ({ outgoing }) => outgoing.length === 0)
  expect(other.outbox.current).toEqual([])
  cut = false
  await Promise.all([tab, other].map((parley) => parley.connect()))
  const { seq } = await friend.say('silence')
  const current = await until(shown, ({ state, appliedSeq }) => state === 'live' && appliedSeq >= seq)
  expect(textsOf(current)).toEqual(['silence'])
})
