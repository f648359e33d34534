import { createClient } from '@parley/client'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, log, message, messageField, password } from './steps.ts'

const stage = openStage()
let people = 0

async function account(name: string) {
  people += 1
  const client = createClient({ url: stage.server.url })
  const email = `${name}${people}@example.org`
  const { user } = await client.auth.register({ email, password, name: `${name} ${people}` })
  return { client, email, user }
}

/** Ben reads on the page what Asha has said by code: `lines` messages, "line 1" first. */
async function conversation(lines: number) {
  const asha = await account('Asha')
  const ben = await account('Ben')
  const { chat } = await asha.client.chats.startPrivateChat({ userId: ben.user.id })
  const say = (text: string) => asha.client.messages.sendMessage({ chatId: chat.id, content: text })
  for (let line = 1; line <= lines; line += 1) await say(`line ${line}.`)
  const page = await stage.device(ben.email)
  await chatRow(page, asha.user.name).click()
  return { asha, ben, chat, say, page }
}

const heightOf = (page: Page) => log(page).evaluate((element) => element.scrollHeight)
const topOf = async (locator: Locator) => (await locator.boundingBox())?.y ?? Number.NaN
const scrollTo = (page: Page, top: number) =>
  log(page).evaluate((element, wanted) => {
    element.scrollTop = wanted
  }, top)

test('the newest message is in sight at once, and what is read stays in place while older messages are put in above', async () => {
  const { page } = await conversation(180)
  await message(page, 'line 180.').waitFor()
  expect(await topOf(message(page, 'line 180.'))).toBeLessThan(await topOf(messageField(page)))

  const gate = Promise.withResolvers<void>()
  await page.route(/\/messages\?.*before=/, async (route) => {
    await gate.promise
    await route.continue()
  })
  await scrollTo(page, 200)
  await page.getByText('Loading older messages…').waitFor()
  const anchor = message(page, 'line 136.')
  await anchor.waitFor()
  const place = await topOf(anchor)
  const height = await heightOf(page)
  gate.resolve()
  await expect.poll(() => heightOf(page)).toBeGreaterThan(height + 1_000)
  expect(Math.abs((await topOf(anchor)) - place)).toBeLessThan(2)

  await expect
    .poll(async () => {
      await scrollTo(page, 0)
      return message(page, 'line 1.').count()
    })
    .toBe(1)
})

test('who has scrolled up stays there when a message comes in, and the button tells how many and leads down', async () => {
  const { page, say } = await conversation(60)
  await message(page, 'line 60.').waitFor()
  await scrollTo(page, 300)
  await page.getByRole('button', { name: 'To the latest messages' }).waitFor()
  const anchor = log(page).getByRole('article').nth(8)
  const place = await topOf(anchor)
  await say('news one')
  await say('news two')
  await page.getByRole('button', { name: '2 new messages' }).waitFor()
  expect(Math.abs((await topOf(anchor)) - place)).toBeLessThan(2)
  await page.getByRole('button', { name: '2 new messages' }).click()
  await message(page, 'news two').waitFor()
  await page.getByRole('button', { name: '2 new messages' }).waitFor({ state: 'detached' })

  await say('news three')
  await message(page, 'news three').waitFor()
  expect(await topOf(message(page, 'news three'))).toBeLessThan(await topOf(messageField(page)))
  await page.getByRole('status').filter({ hasText: 'news three' }).waitFor({ state: 'attached' })
})

test('the log is walked by arrows and a message is answered without a mouse', async () => {
  const { page } = await conversation(3)
  await message(page, 'line 3.').waitFor()
  await message(page, 'line 3.').focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await message(page, 'line 1.').evaluate((element) => element === document.activeElement)).toBe(true)
  // Past the buttons to react and to reply.
  for (const key of ['Tab', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
  await page.getByRole('menuitem', { name: 'Reply' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Reply to').waitFor()
  await page.keyboard.type('by keyboard')
  await page.keyboard.press('Enter')
  await message(page, 'by keyboard').getByRole('blockquote').getByText('line 1.').waitFor()
})

test('a server that was away: the page says so, keeps what is sent, and ends with every message once (E1)', async () => {
  const { page, say } = await conversation(1)
  await message(page, 'line 1.').waitFor()
  await stage.server.kill()
  await page.getByText('No connection. Trying again…').waitFor()
  await messageField(page).fill('sent into the dark')
  await messageField(page).press('Enter')
  await message(page, 'sent into the dark').waitFor()
  expect(await message(page, 'sent into the dark').getByRole('img', { name: 'Sent' }).count()).toBe(0)
  await stage.server.start()
  await say('said meanwhile')
  await message(page, 'said meanwhile').waitFor({ timeout: 30_000 })
  await page.getByText('No connection. Trying again…').waitFor({ state: 'detached', timeout: 30_000 })
  const again = message(page, 'sent into the dark').getByRole('button', { name: 'Send again' })
  const sent = message(page, 'sent into the dark').getByRole('img', { name: 'Sent', exact: true })
  await again.or(sent).waitFor({ timeout: 60_000 })
  if (await again.isVisible()) await again.click()
  await sent.waitFor()
  expect(await message(page, 'sent into the dark').count()).toBe(1)
  expect(await message(page, 'said meanwhile').count()).toBe(1)
})

test('no script can read who is logged in, and a session ended elsewhere ends the page', async () => {
  const { page, ben } = await conversation(1)
  await message(page, 'line 1.').waitFor()
  const readable = await page.evaluate(() => [document.cookie, ...Object.values(localStorage), ...Object.values(sessionStorage)].join())
  expect(readable).not.toMatch(/eyJ|token/i)
  await ben.client.auth.logoutAll()
  await page.getByText('You have been logged out.').waitFor()
})

test('two tabs of one browser are two demo people', async () => {
  const asha = await stage.newPage()
  const ben = await asha.context().newPage()
  await asha.goto('/app/demo/asha')
  await ben.goto('/app/demo/ben')
  await chatRow(asha, 'Ben Okafor').click()
  await chatRow(ben, 'Asha Verma').click()
  await messageField(ben).fill('from the other tab')
  await messageField(ben).press('Enter')
  await message(asha, 'from the other tab').waitFor()
  await asha.reload()
  await message(asha, 'from the other tab').waitFor()
})
