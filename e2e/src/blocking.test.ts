import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, message, messageField, pickFromChatMenu, pickFromOwnMenu, say, send, startChat } from './steps.ts'

const stage = openStage()
const { person } = stage

async function conversation() {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Hello')
  await chatRow(ben.page, asha.name).click()
  await message(ben.page, 'Hello').waitFor()
  return { asha, ben }
}

async function block({ page }: { page: Awaited<ReturnType<typeof person>>['page'] }, name: string) {
  await pickFromChatMenu(page, `Block ${name}`)
  await page
    .getByRole('dialog', { name: `Block ${name}?` })
    .getByRole('button', { name: 'Block' })
    .click()
  await page.getByText(`You blocked ${name}.`).waitFor()
}

test('who is blocked cannot write and is not told why; once unblocked, the same message goes (P4)', async () => {
  const { asha, ben } = await conversation()
  await block(asha, ben.name)
  expect(await messageField(asha.page).count()).toBe(0)
  await asha.page.reload()
  await asha.page.getByText(`You blocked ${ben.name}.`).waitFor()

  await send(ben.page, 'Are you cross?')
  const failed = message(ben.page, 'Are you cross?')
  await failed.getByText('This person can’t be reached.').waitFor()
  expect(await ben.page.getByText(/block/i).count()).toBe(0)
  expect(await message(asha.page, 'Are you cross?').count()).toBe(0)

  await asha.page.getByRole('button', { name: 'Unblock' }).click()
  await messageField(asha.page).waitFor()
  await failed.getByRole('button', { name: 'Send again' }).click()
  await message(asha.page, 'Are you cross?').waitFor()
  expect(await message(ben.page, 'Are you cross?').count()).toBe(1)
})

test('whom I blocked stands in the settings, and is let in again there', async () => {
  const { asha, ben } = await conversation()
  await block(asha, ben.name)
  await pickFromOwnMenu(asha.page, 'Settings')
  await asha.page.getByRole('button', { name: `Unblock ${ben.name}` }).click()
  await asha.page.getByText('You have blocked nobody.').waitFor()
  await chatRow(asha.page, ben.name).click()
  await messageField(asha.page).waitFor()
})

test('who hides that they are there is not shown as there, and the choice outlives a reload', async () => {
  const { asha, ben } = await conversation()
  const dot = chatRow(asha.page, ben.name).getByText('online', { exact: true })
  await dot.waitFor()
  await pickFromOwnMenu(ben.page, 'Settings')
  await ben.page.getByLabel('Who sees that I’m there, and that I’m writing').selectOption('Nobody')
  await dot.waitFor({ state: 'detached' })
  await ben.page.reload()
  const choice = ben.page.getByLabel('Who sees that I’m there, and that I’m writing')
  await expect.poll(() => choice.inputValue(), { timeout: 15_000 }).toBe('nobody')
  await choice.selectOption('My contacts')
  await dot.waitFor()
})
