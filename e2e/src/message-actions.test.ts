import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { chatRow, createGroup, message, messageField, pickFromMenu, pickFromOwnMenu, say, startChat, texts } from './steps.ts'

const stage = openStage()
const { person } = stage

async function conversation(...lines: string[]) {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  for (const line of lines) await say(asha.page, line)
  await chatRow(ben.page, asha.name).click()
  await message(ben.page, lines.at(-1) ?? '').waitFor()
  return { asha, ben }
}

test('a reaction is seen by everybody at once, with its number and by whom, and is taken back by another click', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  const cleo = await person('Cleo')
  await createGroup(asha.page, 'Cooks', [ben.name, cleo.name])
  await say(asha.page, 'I made soup')
  for (const { page } of [ben, cleo]) await chatRow(page, 'Cooks').click()
  await message(ben.page, 'I made soup').hover()
  await message(ben.page, 'I made soup').getByRole('button', { name: 'React', exact: true }).click()
  await ben.page.getByRole('button', { name: 'React with 👍' }).click()
  const chip = (page: typeof asha.page) => message(page, 'I made soup').getByRole('button', { name: /^👍/ })
  await chip(asha.page).getByText('1', { exact: true }).waitFor()
  await chip(cleo.page).click()
  for (const { page } of [asha, ben, cleo]) await chip(page).getByText('2', { exact: true }).waitFor()
  expect(await chip(asha.page).getAttribute('aria-label')).toBe(`👍 2: ${ben.name}, ${cleo.name}`)
  expect(await Promise.all([asha, ben, cleo].map(({ page }) => chip(page).getAttribute('aria-pressed')))).toEqual(['false', 'true', 'true'])

  await chip(ben.page).click()
  await chip(cleo.page).getByText('1', { exact: true }).waitFor()
  await asha.page.reload()
  await chip(asha.page).getByText('1', { exact: true }).waitFor()
  await chip(cleo.page).click()
  await chip(asha.page).waitFor({ state: 'detached' })
})

test('any emoji is typed, by keyboard alone; what is none is refused', async () => {
  const { asha, ben } = await conversation('Guess')
  await message(ben.page, 'Guess').focus()
  await ben.page.keyboard.press('Tab')
  await ben.page.keyboard.press('Enter')
  await ben.page.getByRole('button', { name: 'React with 👍' }).waitFor()
  const field = ben.page.getByRole('textbox', { name: 'Any other emoji' })
  await field.focus()
  await ben.page.keyboard.type('ok')
  await ben.page.keyboard.press('Enter')
  await ben.page.getByText('Please type one emoji.').waitFor()
  await field.fill('🦜')
  await field.waitFor({ state: 'detached' })
  await message(asha.page, 'Guess')
    .getByRole('button', { name: `🦜 1: ${ben.name}` })
    .waitFor()
  expect(await message(ben.page, 'Guess').evaluate((element) => element.contains(document.activeElement))).toBe(true)
})

test('what I star is found again among the starred messages, and on another device; only I see it', async () => {
  const { asha, ben } = await conversation('Door code 4711', 'See you')
  await pickFromMenu(ben.page, 'Door code', 'Star')
  await message(ben.page, 'Door code').getByRole('img', { name: 'Starred' }).waitFor()
  const device = await stage.device(ben.email)
  await pickFromOwnMenu(device, 'Starred messages')
  await device.getByRole('link', { name: 'Door code 4711' }).click()
  await message(device, 'Door code').getByRole('img', { name: 'Starred' }).waitFor()
  expect(await message(asha.page, 'Door code').getByRole('img', { name: 'Starred' }).count()).toBe(0)

  await pickFromOwnMenu(ben.page, 'Starred messages')
  await ben.page.getByRole('button', { name: 'Remove star' }).click()
  await ben.page.getByText('Nothing starred yet').waitFor()
  await message(device, 'Door code').getByRole('img', { name: 'Starred' }).waitFor({ state: 'detached' })
})

test('a message is deleted for me alone, on all my devices; the other keeps it', async () => {
  const { asha, ben } = await conversation('Keep this', 'Not for me')
  const device = await stage.device(ben.email)
  await chatRow(device, asha.name).click()
  await message(device, 'Not for me').waitFor()
  await pickFromMenu(ben.page, 'Not for me', 'Delete')
  const dialog = ben.page.getByRole('dialog', { name: 'Delete this message?' })
  expect(await dialog.getByRole('button', { name: 'Delete for everyone' }).count()).toBe(0)
  await dialog.getByRole('button', { name: 'Delete for me' }).click()
  await message(ben.page, 'Not for me').waitFor({ state: 'detached' })
  await message(device, 'Not for me').waitFor({ state: 'detached' })
  await chatRow(ben.page, asha.name).getByText('Keep this').waitFor()
  await ben.page.reload()
  await message(ben.page, 'Keep this').waitFor()
  expect(await texts(ben.page)).toEqual(['Keep this'])
  expect(await texts(asha.page)).toEqual(['Keep this', 'Not for me'])
  expect(await messageField(asha.page).isEditable()).toBe(true)
})
