import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { createClient, memoryTokens, type Parley, type TokenStore, type WebStorage, webStorageTokens } from './client.ts'

let server: TestServer
const clients: Parley[] = []
let people = 0

beforeAll(async () => {
  server = await startServer({ env: { JWT_EXPIRY: '2s' } })
})

afterAll(async () => {
  for (const parley of clients) parley.close()
  await server.stop()
})

const password = 'Correct-horse-1'

interface Person {
  readonly parley: Parley
  readonly tokens: TokenStore
  readonly username: string
  /** How many refreshes were asked for. */
  refreshes(): number
  /** How many requests the server refused. */
  refusals(): number
}

/** A client of which we see what it asks for. */
function spying(tokens: TokenStore): Omit<Person, 'username'> {
  let [refreshes, refusals] = [0, 0]
  const parley = createClient({
    url: server.url,
    tokenStore: tokens,
    fetch: async (input, init) => {
      if (String(input).endsWith('/api/auth/refresh')) refreshes += 1
      const answer = await fetch(input, init)
      if (answer.status === 401) refusals += 1
      return answer
    },
  })
  clients.push(parley)
  return { parley, tokens, refreshes: () => refreshes, refusals: () => refusals }
}

async function person(tokens: TokenStore = memoryTokens()): Promise<Person> {
  const spied = spying(tokens)
  people += 1
  const username = `sleeper-${people}`
  await spied.parley.auth.register({ username, email: `${username}@example.org`, password })
  return { ...spied, username }
}

const statusWith = async (accessToken: string | undefined) => {
  const { status } = await fetch(`${server.url}/api/auth/me`, { headers: { authorization: `Bearer ${accessToken}` } })
  return status
}

async function expiry(tokens: TokenStore) {
  const accessToken = (await tokens.load())?.accessToken
  await vi.waitFor(async () => expect(await statusWith(accessToken)).toBe(401), { timeout: 10_000 })
}

test('an expired token is replaced by itself, before the server has to refuse it', async () => {
  const { parley, tokens, username, refreshes, refusals } = await person()
  await expiry(tokens)
  expect((await parley.auth.me()).user.username).toBe(username)
  expect([refreshes(), refusals()]).toEqual([1, 0])
})

test('twenty requests at once after expiry make one refresh', async () => {
  const { parley, tokens, username, refreshes } = await person()
  await expiry(tokens)
  const answers = await Promise.all(Array.from({ length: 20 }, () => parley.auth.me()))
  expect(new Set(answers.map(({ user }) => user.username))).toEqual(new Set([username]))
  expect(refreshes()).toBe(1)
})

test('twenty requests whose token the server refuses make one refresh', async () => {
  const { parley, tokens, username, refreshes } = await person()
  const { refreshToken } = (await tokens.load()) ?? { refreshToken: '' }
  await tokens.save({ accessToken: 'one that says nothing of its expiry', refreshToken })
  const answers = await Promise.all(Array.from({ length: 20 }, () => parley.auth.me()))
  expect(new Set(answers.map(({ user }) => user.username))).toEqual(new Set([username]))
  expect(refreshes()).toBe(1)
})

test('the socket opens with a fresh token after expiry', async () => {
  const { parley, tokens, username } = await person()
  await expiry(tokens)
  expect((await parley.connect()).user.username).toBe(username)
})

test('when the server ended the session, the tokens are gone and the client says so', async () => {
  const { parley, tokens, username } = await person()
  const reasons: string[] = []
  parley.on('logged_out', ({ reason }) => reasons.push(reason))
  const elsewhere = createClient({ url: server.url })
  await elsewhere.auth.login({ username, password })
  await elsewhere.auth.logoutAll()
  await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await tokens.load()).toBeUndefined()
  expect(reasons).toEqual(['refused'])
})

test('tokens that the server cannot even read are given up', async () => {
  const tokens = memoryTokens()
  await tokens.save({ accessToken: 'nonsense', refreshToken: '' })
  const parley = createClient({ url: server.url, tokenStore: tokens })
  await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await tokens.load()).toBeUndefined()
})

test('an open socket learns of the end of its session', async () => {
  const { parley, username } = await person()
  await parley.connect()
  const loggedOut = new Promise((resolve) => parley.on('logged_out', resolve))
  const elsewhere = createClient({ url: server.url })
  await elsewhere.auth.login({ username, password })
  await elsewhere.auth.logoutAll()
  expect(await loggedOut).toEqual({ reason: 'refused' })
  expect(parley.connection).toBe('offline')
})

test('two clients with one store refresh without losing the session', async () => {
  const tokens = memoryTokens()
  const { parley, username } = await person(tokens)
  const otherTab = createClient({ url: server.url, tokenStore: tokens })
  await expiry(tokens)
  const answers = await Promise.all([parley.auth.me(), otherTab.auth.me()])
  expect(answers.map(({ user }) => user.username)).toEqual([username, username])
  await expiry(tokens)
  expect((await otherTab.auth.me()).user.username).toBe(username)
  expect((await parley.auth.me()).user.username).toBe(username)
})

test('two tabs that find their tokens too old make one refresh between them', async () => {
  const shared = { ...memoryTokens(), sharedAs: randomUUID() }
  const [tab, otherTab] = [await person(shared), spying(shared)]
  await expiry(shared)
  const answers = await Promise.all([tab.parley.auth.me(), otherTab.parley.auth.me()])
  expect(answers.map(({ user }) => user.username)).toEqual([tab.username, tab.username])
  expect(tab.refreshes() + otherTab.refreshes()).toBe(1)
})

test('tokens in web storage outlive the client, and what is not ours there counts as nothing', async () => {
  const storage = storageInMemory()
  const { username } = await person(webStorageTokens(storage))
  const reloaded = createClient({ url: server.url, tokenStore: webStorageTokens(storage) })
  expect((await reloaded.auth.me()).user.username).toBe(username)
  storage.setItem('parley.tokens', '{"accessToken":')
  expect(await webStorageTokens(storage).load()).toBeUndefined()
})

function storageInMemory(): WebStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}
