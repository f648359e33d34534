import type { Page, WebSocket } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { type RunningServer, startServer } from './server-process.ts'
import { chatRow, log, message, type Person, register, say, startChat } from './steps.ts'

let server: RunningServer
let browser: OpenBrowser

beforeAll(async () => {
  server = await startServer()
})
beforeEach(async () => {
  browser = await openBrowser(server.url)
})
afterEach(() => browser?.close())
afterAll(() => server?.close())

/** Follows how many sockets these pages have open. */
function countSockets(...pages: Page[]) {
  const open = new Map(pages.map((page) => [page, new Set<WebSocket>()]))
  for (const [page, sockets] of open) {
    page.on('websocket', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    page.on('close', () => open.delete(page))
  }
  return () => [...open.values()].reduce((count, sockets) => count + sockets.size, 0)
}

interface TwoTabs {
  readonly first: Page
  readonly second: Page
  /** In another browser, with the same chat open. */
  readonly friend: Person
  sockets(): number
}

const openChat = async (page: Page, name: string) => {
  await chatRow(page, name).click()
  await log(page).waitFor()
}

/** Two tabs of one person; the first was there first. */
async function twoTabs(): Promise<TwoTabs> {
  const first = await browser.newPerson()
  const second = await first.context().newPage()
  const sockets = countSockets(first, second)
  const asha = await register(first, 'Asha')
  const friend = await register(await browser.newPerson(), 'Ben')
  await startChat(friend.page, asha.name)
  await say(friend.page, 'Hello, Asha')
  await openChat(first, friend.name)
  await message(first, 'Hello, Asha').waitFor()
  await second.goto('/app/')
  await openChat(second, friend.name)
  await message(second, 'Hello, Asha').waitFor()
  return { first, second, friend, sockets }
}

const trouble = (page: Page) => page.getByText('No connection. Trying again…')

test('two tabs of one person have one socket between them, and both show what comes and what either sends, once', async () => {
  const { first, second, friend, sockets } = await twoTabs()
  await say(friend.page, 'Which tab is this?')
  await say(second, 'The second')
  await say(first, 'And the first')
  for (const page of [first, second, friend.page]) {
    for (const text of ['Which tab is this?', 'The second', 'And the first']) {
      await message(page, text).waitFor()
      expect(await message(page, text).count()).toBe(1)
    }
  }
  expect(sockets()).toBe(1)
})

test('when the tab with the socket is closed, the other goes on', async () => {
  const { first, second, friend, sockets } = await twoTabs()
  await first.close()
  await say(friend.page, 'Still with me?')
  await message(second, 'Still with me?').waitFor()
  await say(second, 'Of course')
  await message(friend.page, 'Of course').waitFor()
  expect(sockets()).toBe(1)
})

test('when the tab with the socket hangs, the other takes over', async () => {
  const { first, second, friend, sockets } = await twoTabs()
  const hanging = first.evaluate(() => {
    const end = Date.now() + 15_000
    while (Date.now() < end);
  })
  await say(second, 'My other tab hangs')
  await say(friend.page, 'Poor you')
  await message(second, 'Poor you').waitFor()
  await hanging
  await message(first, 'Poor you').waitFor()
  await say(first, 'I am back')
  await message(second, 'I am back').waitFor()
  await expect.poll(sockets).toBe(1)
})

test('when the server is killed both tabs say so, and both recover', async () => {
  const { first, second, friend, sockets } = await twoTabs()
  await server.kill()
  for (const page of [first, second]) await trouble(page).waitFor()
  await server.start()
  for (const page of [first, second]) await trouble(page).waitFor({ state: 'hidden', timeout: 30_000 })
  await say(friend.page, 'That was short')
  for (const page of [first, second]) await message(page, 'That was short').waitFor()
  expect(sockets()).toBe(1)
})

test('who logs out in one tab is logged out in both', async () => {
  const { first, second } = await twoTabs()
  await second.getByRole('button', { name: 'Menu' }).click()
  await second.getByRole('menuitem', { name: 'Log out' }).click()
  for (const page of [first, second]) await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
})
