import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, createGroup, log, message, say, startChat, tick } from './steps.ts'

const stage = openStage()

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
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  const row = chatRow(asha.page, ben.name)
  await startChat(asha.page, ben.name)
  await ben.page.close()
  await recordTicks(asha.page)
  await say(asha.page, 'Are you there?')
  await tick(asha.page, 'Are you there?', /^Sent$/).waitFor()
  await row.getByRole('img', { name: 'Sent' }).waitFor()

  const page = await stage.device(ben.email)
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
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  const cleo = await stage.person('Cleo')
  await createGroup(asha.page, 'Readers', [ben.name, cleo.name])
  await chatRow(cleo.page, 'Readers').waitFor()
  await cleo.page.close()
  await chatRow(ben.page, 'Readers').click()
  await say(asha.page, 'Page one')
  await message(ben.page, 'Page one').waitFor()
  await chatRow(ben.page, 'Readers').getByText('Page one').waitFor()
  await tick(asha.page, 'Page one', /^Sent$/).waitFor()

  const page = await stage.device(cleo.email)
  await tick(asha.page, 'Page one', /^Delivered$/).waitFor()
  await chatRow(page, 'Readers').click()
  await tick(asha.page, 'Page one', /^Read$/).waitFor()
})
