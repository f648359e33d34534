import { createClient } from '@parley/client'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, message, password, say, startChat } from './steps.ts'

const stage = openStage()

const badge = (page: Page, chat: string, count: number) => chatRow(page, chat).getByText(`${count} unread message`)
const titled = (page: Page, title: RegExp) => page.waitForFunction((source) => new RegExp(source).test(document.title), title.source)

/** Tells the page that its window has lost or got the focus. */
const setFocus = (page: Page, focused: boolean) =>
  page.evaluate((wanted) => {
    document.hasFocus = () => wanted
    window.dispatchEvent(new Event(wanted ? 'focus' : 'blur'))
  }, focused)

test('a badge counts what comes in, and goes when the chat is opened, on a second tab of the same person too', async () => {
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  const tab = await ben.page.context().newPage()
  await tab.goto('/app/')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'One')
  await badge(ben.page, asha.name, 1).waitFor()
  await say(asha.page, 'Two')
  for (const page of [ben.page, tab]) {
    await badge(page, asha.name, 2).waitFor()
    await titled(page, /^\(2\) Chats · Parley$/)
  }

  await chatRow(ben.page, asha.name).click()
  for (const page of [ben.page, tab]) await badge(page, asha.name, 2).waitFor({ state: 'detached' })
  await titled(tab, /^Chats · Parley$/)
  await say(asha.page, 'Three')
  await message(ben.page, 'Three').waitFor()
  await badge(tab, asha.name, 1).waitFor({ state: 'detached' })
  await ben.page.reload()
  await message(ben.page, 'Three').waitFor()
  await titled(ben.page, new RegExp(`^${asha.name} · Parley$`))
  expect(await chatRow(ben.page, asha.name).getByText('unread').count()).toBe(0)
})

test('an open chat is read only while its window has the focus', async () => {
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  await startChat(asha.page, ben.name)
  await startChat(ben.page, asha.name)
  await setFocus(ben.page, false)
  await say(asha.page, 'Are you there?')
  await say(asha.page, 'Hello?')
  await message(ben.page, 'Hello?').waitFor()
  await badge(ben.page, asha.name, 2).waitFor()
  await setFocus(ben.page, true)
  await badge(ben.page, asha.name, 2).waitFor({ state: 'detached' })
})

test('a message that is deleted unread is not counted, nor what was read elsewhere up to the middle', async () => {
  const client = createClient({ url: stage.server.url })
  const { user } = await client.auth.register({ email: 'counting@example.org', password, name: 'Carla Counts' })
  const ben = await stage.person('Ben')
  const [found] = (await client.users.searchUsers({ q: ben.name, limit: 1 })).users
  const { chat } = await client.chats.startPrivateChat({ userId: found?.id ?? '' })
  const say = async () => (await client.messages.sendMessage({ chatId: chat.id, content: 'line' })).message
  const [first, , third] = [await say(), await say(), await say(), await say()]
  await badge(ben.page, user.name, 4).waitFor()
  await client.messages.deleteMessage({ messageId: third.id })
  await badge(ben.page, user.name, 3).waitFor()

  const device = createClient({ url: stage.server.url })
  await device.auth.login({ email: ben.email, password })
  await device.messages.messageRead({ chatId: chat.id, seq: first.seq })
  await badge(ben.page, user.name, 2).waitFor()
  const page = await stage.device(ben.email)
  await badge(page, user.name, 2).waitFor()
})
