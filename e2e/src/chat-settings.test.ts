import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { backToChats, chatRow, message, messageField, pickFromChatMenu, pickFromRow, say, startChat, tick } from './steps.ts'

const stage = openStage()
const { person, device } = stage

const rows = (page: Page) => page.getByRole('navigation', { name: 'Your chats' }).getByRole('link')
const firstRow = (page: Page, name: string) => rows(page).first().and(page.getByRole('link', { name }))

test('a pinned chat stays on top, on another device too, until it is unpinned', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  const cleo = await person('Cleo')
  for (const { page } of [ben, cleo]) {
    await startChat(page, asha.name)
    await say(page, 'Hello')
  }
  await firstRow(asha.page, cleo.name).waitFor()
  const tablet = await device(asha.email)
  await pickFromRow(asha.page, ben.name, 'Pin')
  for (const page of [asha.page, tablet]) {
    await firstRow(page, ben.name).waitFor()
    await chatRow(page, ben.name).getByRole('img', { name: 'Pinned' }).waitFor()
  }
  await say(cleo.page, 'Still there?')
  await chatRow(asha.page, cleo.name).getByText('Still there?').waitFor()
  await firstRow(asha.page, ben.name).waitFor()
  await pickFromRow(tablet, ben.name, 'Unpin')
  await firstRow(asha.page, cleo.name).waitFor()
})

test('a muted chat counts in its row and no longer in all, and speaks again when that is taken back', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(ben.page, asha.name)
  await say(ben.page, 'One')
  await asha.page.waitForFunction(() => document.title.startsWith('(1) '))
  await pickFromRow(asha.page, ben.name, '8 hours')
  await chatRow(asha.page, ben.name).getByRole('img', { name: 'Muted' }).waitFor()
  await say(ben.page, 'Two')
  await chatRow(asha.page, ben.name).getByText('2 unread messages').waitFor()
  expect(await asha.page.title()).toBe('Chats · Parley')
  await asha.page.reload()
  await chatRow(asha.page, ben.name).getByRole('img', { name: 'Muted' }).waitFor()
  await chatRow(asha.page, ben.name).focus()
  await asha.page.keyboard.press('Tab')
  await asha.page.keyboard.press('Enter')
  await asha.page.getByRole('menuitem', { name: 'Unmute' }).click()
  await asha.page.waitForFunction(() => document.title.startsWith('(2) '))
})

test('an archived chat stands apart, with what waits in it, and comes out again', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(ben.page, asha.name)
  await say(ben.page, 'One')
  await chatRow(asha.page, ben.name).click()
  await tick(ben.page, 'One', /^Read$/).waitFor()
  await pickFromChatMenu(asha.page, 'Archive')
  await chatRow(asha.page, ben.name).waitFor({ state: 'detached' })
  await asha.page.goBack()
  await say(ben.page, 'Two')
  await asha.page.getByRole('button', { name: 'Archived 1 unread' }).click()
  const archive = asha.page.getByRole('navigation', { name: 'Archived' })
  await archive.getByRole('link', { name: ben.name }).click()
  await message(asha.page, 'Two').waitFor()
  await pickFromChatMenu(asha.page, 'Out of the archive')
  await asha.page.getByText('No archived chats').waitFor()
  await asha.page.getByRole('button', { name: 'Back from the archive' }).click()
  await chatRow(asha.page, ben.name).waitFor()
})

test('a draft stands in the list and on my other device, is finished there, and is gone everywhere once sent', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Hello')
  const tablet = await device(asha.email)
  await messageField(asha.page).fill('Shall we meet')
  await chatRow(tablet, ben.name).getByText('Draft: Shall we meet').waitFor()
  await chatRow(tablet, ben.name).click()
  expect(await messageField(tablet).inputValue()).toBe('Shall we meet')
  await messageField(tablet).fill('Shall we meet at nine?')
  // The field at home is untouched since, so it follows.
  await expect.poll(() => messageField(asha.page).inputValue(), { timeout: 15_000 }).toBe('Shall we meet at nine?')
  await messageField(tablet).press('Enter')
  await message(asha.page, 'Shall we meet at nine?').waitFor()
  await expect.poll(() => messageField(asha.page).inputValue(), { timeout: 15_000 }).toBe('')
  await asha.page.goto('/app/')
  await chatRow(asha.page, ben.name).getByText('Shall we meet at nine?').waitFor()
  await chatRow(asha.page, ben.name).getByText('Draft:').waitFor({ state: 'detached' })
})

test('what was begun is kept when one leaves the chat, and over a reload', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  const cleo = await person('Cleo')
  await startChat(asha.page, cleo.name)
  await startChat(asha.page, ben.name)
  await messageField(asha.page).fill('To be continued')
  await chatRow(asha.page, cleo.name).click()
  await chatRow(asha.page, ben.name).getByText('Draft: To be continued').waitFor()
  expect(await messageField(asha.page).inputValue()).toBe('')
  await asha.page.reload()
  await backToChats(asha.page)
  await chatRow(asha.page, ben.name).click()
  // What this device kept may be from just before: then the server says it a moment later.
  await expect.poll(() => messageField(asha.page).inputValue(), { timeout: 10_000 }).toBe('To be continued')
})
