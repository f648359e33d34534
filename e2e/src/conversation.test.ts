import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { type RunningServer, startServer } from './server-process.ts'
import { chatRow, createGroup, log, message, messageField, type Person, password, pickFromMenu, register, say, startChat } from './steps.ts'

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

const person = async (name: string): Promise<Person> => register(await browser.newPerson(), name)

test('two people register, one finds the other, and they talk live both ways; a reload keeps it all', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Hello Ben')
  await chatRow(ben.page, asha.name).getByText('Hello Ben').waitFor()
  await chatRow(ben.page, asha.name).click()
  await message(ben.page, 'Hello Ben').waitFor()
  await say(ben.page, 'Hello Asha\nhow are you?')
  await message(asha.page, 'how are you?').waitFor()
  await chatRow(asha.page, ben.name).getByText('how are you?').waitFor()

  await asha.page.reload()
  await message(asha.page, 'how are you?').waitFor()
  const texts = await log(asha.page).getByRole('article').allInnerTexts()
  expect(texts.map((text) => text.split('\n')[0])).toEqual(['Hello Ben', 'Hello Asha'])
})

test('an edit and a deletion are seen by the other at once, and their marks stay', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'First versoin')
  await say(asha.page, 'To be deleted')
  await chatRow(ben.page, asha.name).click()
  await message(ben.page, 'First versoin').waitFor()

  await pickFromMenu(asha.page, 'First versoin', 'Edit')
  await messageField(asha.page).fill('First version')
  await messageField(asha.page).press('Enter')
  await message(ben.page, 'First version').getByText('edited').waitFor()

  await pickFromMenu(asha.page, 'To be deleted', 'Delete')
  await asha.page.getByRole('button', { name: 'Delete for everyone' }).click()
  await message(ben.page, 'This message was deleted').waitFor()
  await message(ben.page, 'To be deleted').waitFor({ state: 'detached' })

  await ben.page.reload()
  await message(ben.page, 'First version').getByText('edited').waitFor()
  await message(ben.page, 'This message was deleted').waitFor()
})

test('a reply quotes what it answers; arrow up edits my last message and Escape gives it up', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Tea or coffee?')
  await chatRow(ben.page, asha.name).click()
  await message(ben.page, 'Tea or coffee?').hover()
  await message(ben.page, 'Tea or coffee?').getByRole('button', { name: 'Reply' }).click()
  await say(ben.page, 'Tea, please')
  const quote = message(asha.page, 'Tea, please').getByRole('blockquote')
  await quote.getByText('Tea or coffee?').waitFor()

  await messageField(ben.page).press('ArrowUp')
  await ben.page.getByText('Edit message').waitFor()
  expect(await messageField(ben.page).inputValue()).toBe('Tea, please')
  await messageField(ben.page).press('Escape')
  await ben.page.getByText('Edit message').waitFor({ state: 'detached' })
  expect(await messageField(ben.page).inputValue()).toBe('')
})

test('a group of three talks; who is removed sees the conversation close and gets nothing more (P2)', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  const cleo = await person('Cleo')
  await createGroup(asha.page, 'Weekend hike', [ben.name, cleo.name])
  await chatRow(cleo.page, 'Weekend hike').click()
  await chatRow(ben.page, 'Weekend hike').click()
  await say(asha.page, 'Saturday at nine?')
  await message(ben.page, 'Saturday at nine?').getByText(asha.name).waitFor()
  await message(cleo.page, 'Saturday at nine?').waitFor()

  await asha.page.getByRole('button', { name: 'Members' }).click()
  await asha.page.getByRole('button', { name: `Remove ${cleo.name}` }).click()
  await asha.page.getByRole('button', { name: 'Remove', exact: true }).click()
  await cleo.page.getByRole('alert').getByText('You are no longer a member of “Weekend hike”.').waitFor()
  await asha.page.getByRole('button', { name: `Remove ${cleo.name}` }).waitFor({ state: 'detached' })
  await asha.page.keyboard.press('Escape')
  await say(asha.page, 'Without Cleo')
  await message(ben.page, 'Without Cleo').waitFor()
  await cleo.page.getByRole('link', { name: 'Back to your chats' }).click()
  await cleo.page.getByText('No chats yet').waitFor()
  expect(await cleo.page.getByText('Without Cleo').count()).toBe(0)
})

test('a wrong password is told at the field, and the right one leads to the chat that was asked for', async () => {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  const chatUrl = asha.page.url()
  await asha.page.getByRole('button', { name: 'Menu' }).click()
  await asha.page.getByRole('menuitem', { name: 'Log out' }).click()
  await asha.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  await asha.page.goto(chatUrl)
  await asha.page.getByLabel('E-mail or username').fill(asha.email)
  const field = asha.page.getByLabel('Password', { exact: true })
  await field.fill('Wrong-horse-1')
  await field.press('Enter')
  await asha.page.getByText('The login or the password is wrong.').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await field.fill(password)
  await field.press('Enter')
  await asha.page.getByRole('heading', { name: ben.name, level: 1 }).waitFor()
})

test('what is refused at registration is told at its field', async () => {
  const asha = await person('Asha')
  const page = await browser.newPerson()
  await page.goto('/app/register')
  await page.getByText(/At least \d+ characters/).waitFor()
  await page.getByLabel('Your name').fill('Somebody else')
  await page.getByLabel('E-mail').fill(asha.email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByLabel('Password', { exact: true }).and(page.locator('[aria-invalid=true]')).waitFor()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByLabel('E-mail').and(page.locator('[aria-invalid=true]')).waitFor()
})

test('markup in names and messages is shown as text and does nothing; links go to http and https only', async () => {
  const evil = '<img src=x onerror="document.title=1"><b>bold</b>'
  const asha = await register(await browser.newPerson(), '<b onclick=x>Eve</b>')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, `${evil} javascript:alert(1) https://example.org/a?b=1.`)
  await chatRow(ben.page, asha.name).click()
  const seen = message(ben.page, evil)
  await seen.waitFor()
  expect(await seen.locator('b, img[src="x"]').count()).toBe(0)
  expect(await ben.page.title()).not.toBe('1')
  await ben.page.getByRole('heading', { name: asha.name, level: 1 }).waitFor()
  const links = seen.getByRole('link')
  expect(await links.evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]))).toEqual([
    ['https://example.org/a?b=1', 'noopener noreferrer'],
  ])
})
