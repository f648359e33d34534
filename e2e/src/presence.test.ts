import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, createGroup, message, messageField, say, startChat } from './steps.ts'

const stage = openStage()

/** What stands under the name of the open chat. */
const subtitle = (page: Page) => page.getByRole('main').locator('header')

test('who is writing is seen in the chat and in the list, until they send, empty the field or leave', async () => {
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Hello')
  await chatRow(ben.page, asha.name).click()
  const places = [subtitle(ben.page), chatRow(ben.page, asha.name)].map((place) => place.getByText('Asha is writing…'))
  const ends = [
    () => messageField(asha.page).press('Enter'),
    () => messageField(asha.page).fill(''),
    async () => {
      await messageField(asha.page).press('Escape')
      await asha.page.goto('/app/')
    },
  ]
  for (const end of ends) {
    await messageField(asha.page).fill('How are you')
    for (const place of places) await place.waitFor()
    await end()
    for (const place of places) await place.waitFor({ state: 'detached' })
  }
  expect(await message(ben.page, 'How are you').count()).toBe(1)
})

test('who pauses is no longer writing; of several in a group all are named', async () => {
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  const cleo = await stage.person('Cleo')
  await createGroup(asha.page, 'Writers', [ben.name, cleo.name])
  for (const { page } of [ben, cleo]) await chatRow(page, 'Writers').click()
  await messageField(ben.page).fill('I')
  await subtitle(asha.page).getByText('Ben is writing…').waitFor()
  await messageField(cleo.page).fill('And I')
  await subtitle(asha.page).getByText('Ben and Cleo are writing…').waitFor()
  await subtitle(asha.page).getByText('writing…').waitFor({ state: 'detached', timeout: 15_000 })
})

test('a person’s dot comes and goes with them, and after a restart of the server too', async () => {
  const asha = await stage.person('Asha')
  const ben = await stage.person('Ben')
  const dot = chatRow(asha.page, ben.name).getByText('online', { exact: true })
  await startChat(asha.page, ben.name)
  await dot.waitFor()
  await subtitle(asha.page).getByText('online', { exact: true }).first().waitFor()
  await ben.page.close()
  await subtitle(asha.page)
    .getByText(/^last seen today at \d?\d:\d\d$/)
    .waitFor({ timeout: 15_000 })
  await dot.waitFor({ state: 'detached' })

  await stage.server.kill()
  await asha.page.getByText('No connection. Trying again…').waitFor()
  await stage.server.start()
  await stage.device(ben.email)
  await dot.waitFor({ timeout: 30_000 })
})
