/** What people do on the page, said the way they would say it. */
import type { Locator, Page } from 'playwright-core'

export interface Person {
  readonly page: Page
  readonly name: string
  readonly email: string
}

export const password = 'Correct-horse-1'

let registered = 0

/** Registers through the page and arrives at the chats. Names are unique, so that a search finds one person. */
export async function register(page: Page, firstName: string): Promise<Person> {
  registered += 1
  const name = `${firstName} ${process.pid.toString(36)}${registered}`
  const email = `person${process.pid}.${registered}@example.org`
  await page.goto('/app/register')
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Chats' }).waitFor()
  return { page, name, email }
}

export const chatRow = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Your chats' }).getByRole('link', { name })

export const log = (page: Page): Locator => page.getByRole('log', { name: 'Messages' })

/** The message with this text, with all that belongs to it. */
export const message = (page: Page, text: string): Locator => log(page).getByRole('article').filter({ hasText: text })

export const messageField = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })

/** A person among those that the search has found. */
export const personFound = (page: Page, name: string): Locator => page.getByRole('region', { name: 'People' }).getByRole('button', { name })

/** Finds a person by name and opens the chat with them. */
export async function startChat(page: Page, name: string) {
  await page.getByRole('textbox', { name: 'Find people' }).fill(name)
  await personFound(page, name).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

/** What says how far a message of mine has come, once the server has it. */
export const tick = (page: Page, text: string, how: RegExp = /^(Sent|Delivered|Read)$/): Locator =>
  message(page, text).getByRole('img', { name: how })

/** Writes a message and sends it; whether it leaves is another matter. */
export async function send(page: Page, text: string) {
  await messageField(page).fill(text)
  await messageField(page).press('Enter')
  await message(page, text).waitFor()
}

/** Writes a message, sends it, and sees that the server has it. */
export async function say(page: Page, text: string) {
  await send(page, text)
  await tick(page, text).waitFor()
}

/** What the page says while there is no connection. */
export const banner = (page: Page): Locator => page.getByText('No connection. Trying again…')

/** What the messages say, from top to bottom. */
export const texts = async (page: Page): Promise<string[]> => {
  const all = await log(page).getByRole('article').allInnerTexts()
  return all.map((text) => text.split('\n')[0] ?? '')
}

/** Picks from the menu of the open chat. */
export async function pickFromChatMenu(page: Page, action: string) {
  const more = page.getByRole('main').getByRole('button', { name: 'More for this chat' })
  const item = page.getByRole('menuitem', { name: action })
  await more.click()
  // The menu is fetched when it's first wanted; where the page moves on meanwhile, one clicks again.
  await item.waitFor({ timeout: 3000 }).catch(() => more.click())
  await item.click()
}

/** Picks from the menu of a chat in the list. */
export async function pickFromRow(page: Page, name: string, action: string) {
  await chatRow(page, name).click({ button: 'right' })
  await page.getByRole('menuitem', { name: action }).click()
}

/** Goes where the menu behind one's own picture leads. */
export async function pickFromOwnMenu(page: Page, action: string) {
  await page.getByRole('button', { name: 'Menu', exact: true }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Picks from a message's menu. */
export async function pickFromMenu(page: Page, text: string, action: string) {
  await message(page, text).hover()
  await message(page, text).getByRole('button', { name: 'More for this message' }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

export async function createGroup(page: Page, name: string, people: readonly string[]) {
  await page.getByRole('button', { name: 'New group' }).click()
  const dialog = page.getByRole('dialog', { name: 'New group' })
  await dialog.getByLabel('Name of the group').fill(name)
  for (const person of people) {
    await dialog.getByLabel('People', { exact: true }).fill(person)
    await dialog.getByRole('button', { name: person }).click()
  }
  await dialog.getByRole('button', { name: 'Create group' }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

/** On a phone the list is a screen of its own; at a desk it's there already. */
export async function backToChats(page: Page) {
  const back = page.getByRole('link', { name: 'Back to your chats' })
  if (await back.isVisible()) await back.click()
  await page.getByRole('heading', { name: 'Chats' }).waitFor()
}

export async function logIn(page: Page, email: string) {
  await page.goto('/app/login')
  await page.getByLabel('E-mail or username').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Chats' }).waitFor()
}
