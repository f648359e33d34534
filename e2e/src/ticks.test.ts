import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { type RunningServer, startServer } from './server-process.ts'
import { chatRow, createGroup, log, logIn, message, register, say, startChat, tick } from './steps.ts'

let server: RunningServer
let browser: OpenBrowser

beforeAll(async () => {
  server = await startServer()
  browser = await openBrowser(server.url)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** From now on, every tick that a message shows, in order; read with `shownTicks`. */
const recordTicks = (page: Page) =>
  log(page).evaluate((element) => {
    const labels: string[] = []
    Object.assign(window, { shownTicks: labels })
    const look = () => {
      const label = element.querySelector('article [role="img"]')?.getAttribute('aria-label')
      if (label && label !== labels.at(-1)) labels.push(label)
    }
    new MutationObserver(look).observe(element, { subtree: true, childList: true, attributes: true })
  })
const shownTicks = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(window, 'shownTicks'))

test('a message is sent, delivered when the other person is there, read when they open the chat, and never goes back', async () => {
  const asha = await register(await browser.newPerson(), 'Asha')
  const ben = await register(await browser.newPerson(), 'Ben')
  const row = chatRow(asha.page, ben.name)
  await startChat(asha.page, ben.name)
  await ben.page.close()
  await recordTicks(asha.page)
  await say(asha.page, 'Are you there?')
  await tick(asha.page, 'Are you there?', /^Sent$/).waitFor()
  await row.getByRole('img', { name: 'Sent' }).waitFor()

  const page = await browser.newPerson()
  await logIn(page, ben.email)
  await tick(asha.page, 'Are you there?', /^Delivered$/).waitFor()
  await row.getByRole('img', { name: 'Delivered' }).waitFor()
  await chatRow(page, asha.name).click()
  await tick(asha.page, 'Are you there?', /^Read$/).waitFor()
  await row.getByRole('img', { name: 'Read' }).waitFor()
  expect(await shownTicks(asha.page)).toEqual(['Sending', 'Sent', 'Delivered', 'Read'])

  await asha.page.reload()
  await tick(asha.page, 'Are you there?', /^Read$/).waitFor()
  expect(await message(page, 'Are you there?').getByRole('img').count()).toBe(0)
})

test('in a group a message is delivered and read when that is so for everybody', async () => {
  const asha = await register(await browser.newPerson(), 'Asha')
  const ben = await register(await browser.newPerson(), 'Ben')
  const cleo = await register(await browser.newPerson(), 'Cleo')
  await createGroup(asha.page, 'Readers', [ben.name, cleo.name])
  await chatRow(cleo.page, 'Readers').waitFor()
  await cleo.page.close()
  await chatRow(ben.page, 'Readers').click()
  await say(asha.page, 'Page one')
  await message(ben.page, 'Page one').waitFor()
  await chatRow(ben.page, 'Readers').getByText('Page one').waitFor()
  await tick(asha.page, 'Page one', /^Sent$/).waitFor()

  const page = await browser.newPerson()
  await logIn(page, cleo.email)
  await tick(asha.page, 'Page one', /^Delivered$/).waitFor()
  await chatRow(page, 'Readers').click()
  await tick(asha.page, 'Page one', /^Read$/).waitFor()
})
