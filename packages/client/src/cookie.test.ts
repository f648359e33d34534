import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { createClient, type WebStorage } from './client.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ env: { CSRF: 'token' } })
})

afterEach(() => void vi.unstubAllGlobals())
afterAll(() => server.stop())

const password = 'Correct-horse-1'

/** As a browser does it: keeps the cookies of answers and sends them along, if it is told to include them. */
function browserFetch(): typeof fetch {
  const cookies = new Map<string, string>()
  return async (input, init) => {
    expect(init?.credentials).toBe('include')
    const headers = new Headers(init?.headers)
    expect(headers.has('authorization')).toBe(false)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('origin', server.url)
    const answer = await fetch(input, { ...init, headers })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return answer
  }
}

test('a cookie client keeps no tokens, and brings the CSRF token where the server asks for one', async () => {
  const parley = createClient({ url: server.url, auth: 'cookie', fetch: browserFetch() })
  await parley.auth.register({ username: 'meera', email: 'meera@example.org', password })
  const { user } = await parley.users.updateProfile({ bio: 'writes letters' })
  expect(user.bio).toBe('writes letters')
  expect((await parley.auth.me()).user.username).toBe('meera')
})

test('a cookie client learns that its session ended, once', async () => {
  const parley = createClient({ url: server.url, auth: 'cookie', fetch: browserFetch() })
  const reasons: string[] = []
  parley.on('logged_out', ({ reason }) => reasons.push(reason))
  await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(reasons).toEqual([])

  await parley.auth.register({ username: 'tomas', email: 'tomas@example.org', password })
  const elsewhere = createClient({ url: server.url })
  await elsewhere.auth.login({ username: 'tomas', password })
  await elsewhere.auth.logoutAll()
  await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(reasons).toEqual(['refused'])
})

test('a page that is loaded after its session ended says so, however it finds out, and once', async () => {
  const items = new Map<string, string>()
  const storage: WebStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
  vi.stubGlobal('localStorage', storage)
  const browser = browserFetch()
  const load = () => createClient({ url: server.url, auth: 'cookie', fetch: browser })
  const reload = () => {
    const parley = load()
    const reasons: string[] = []
    parley.on('logged_out', ({ reason }) => reasons.push(reason))
    return { parley, reasons }
  }
  const elsewhere = createClient({ url: server.url })
  await load().auth.register({ username: 'carla', email: 'carla@example.org', password })
  const endedBy = [
    async ({ parley }: ReturnType<typeof reload>) => expect(await parley.auth.checkSession()).toEqual({ user: null }),
    ({ parley }: ReturnType<typeof reload>) => expect(parley.auth.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' }),
  ]
  for (const find of endedBy) {
    await load().auth.login({ username: 'carla', password })
    expect((await reload().parley.auth.checkSession()).user?.username).toBe('carla')
    await elsewhere.auth.login({ username: 'carla', password })
    await elsewhere.auth.logoutAll()
    const page = reload()
    await find(page)
    await find(page)
    expect(page.reasons).toEqual(['refused'])
    const nobody = reload()
    await find(nobody)
    expect(nobody.reasons).toEqual([])
  }
})
