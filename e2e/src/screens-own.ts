/** The screens of what only I see of a chat, of whom I keep away, and of a server that is away. */
import type { Visit } from './screen-visit.ts'
import {
  backToChats,
  banner,
  chatRow,
  message,
  messageField,
  type Person,
  pickFromChatMenu,
  pickFromMenu,
  pickFromOwnMenu,
  pickFromRow,
  say,
  send,
  tick,
} from './steps.ts'

/** Reactions, stars and the dialogs of a message, in the private chat that is open on both pages. */
export async function visitMessageActions(asha: Person, ben: Person, show: Visit['show']) {
  const line = 'Bread and cheese'
  await message(ben.page, line).hover()
  await message(ben.page, line).getByRole('button', { name: 'React', exact: true }).click()
  await ben.page.getByRole('button', { name: 'React with 👍' }).waitFor()
  await show('reaction-picker', ben.page)
  await ben.page.getByRole('button', { name: 'React with 👍' }).click()
  await message(asha.page, line).getByRole('button', { name: /^👍/ }).click()
  await message(asha.page, 'Should I bring').hover()
  await message(asha.page, 'Should I bring').getByRole('button', { name: 'React', exact: true }).click()
  await asha.page.getByRole('textbox', { name: 'Any other emoji' }).fill('🧀')
  await message(asha.page, 'Should I bring').getByRole('button', { name: /^🧀/ }).waitFor()
  await pickFromMenu(asha.page, 'Should I bring', 'Star')
  await message(asha.page, 'Should I bring').getByRole('img', { name: 'Starred' }).waitFor()
  await show('reactions', asha.page)
}

/** The list with pins, mutes and drafts; the archive; what was starred. */
export async function visitOwnList(asha: Person, ben: Person, show: Visit['show']) {
  const { page } = asha
  await messageField(page).fill('I was thinking that we could')
  await backToChats(page)
  await page.goto('/app/')
  await chatRow(page, ben.name).getByText('Draft:').waitFor()
  await pickFromRow(page, 'Weekend hike', 'Pin')
  await chatRow(page, 'Weekend hike').getByRole('img', { name: 'Pinned' }).waitFor()
  await chatRow(page, 'Weekend hike').click({ button: 'right' })
  await page.getByRole('menuitem', { name: '8 hours' }).waitFor()
  await show('chat-menu', page)
  await page.getByRole('menuitem', { name: '8 hours' }).click()
  await chatRow(page, 'Weekend hike').getByRole('img', { name: 'Muted' }).waitFor()
  await show('chats-own', page)
  await pickFromRow(page, 'Weekend hike', 'Archive')
  await page.getByRole('button', { name: /^Archived/ }).click()
  await page.getByRole('navigation', { name: 'Archived' }).getByRole('link', { name: 'Weekend hike' }).waitFor()
  await show('archive', page)
  await page.getByRole('button', { name: 'Back from the archive' }).click()
  await pickFromOwnMenu(page, 'Starred messages')
  await page.getByRole('link', { name: 'Should I bring' }).waitFor()
  await show('starred', page)
  await backToChats(page)
}

/** A blocked person, from both sides, and the settings. */
export async function visitBlocking(asha: Person, ben: Person, show: Visit['show']) {
  const { page } = asha
  await chatRow(page, ben.name).click()
  await pickFromChatMenu(page, 'Block')
  await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).waitFor()
  await show('block-confirm', page)
  await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByText('You blocked').waitFor()
  await show('blocked', page)
  await send(ben.page, 'Did you get my last message?')
  await message(ben.page, 'Did you get').getByText('This person can’t be reached.').waitFor()
  await show('failed', ben.page)
  await message(ben.page, 'Did you get').getByRole('button', { name: 'Discard' }).click()
  await backToChats(page)
  await pickFromOwnMenu(page, 'Settings')
  await page.getByRole('button', { name: `Unblock ${ben.name}` }).waitFor()
  await show('settings', page)
  await page.getByRole('button', { name: `Unblock ${ben.name}` }).click()
  await page.getByText('You have blocked nobody.').waitFor()
  await backToChats(page)
}

/** The server goes away under the private chat and comes back. */
export async function visitOutage(asha: Person, ben: Person, { show, server }: Visit) {
  const { page } = asha
  await chatRow(page, ben.name).click()
  await messageField(page).fill('')
  await say(page, 'Are the tickets there yet?')
  await server.kill()
  await banner(page).waitFor()
  await show('offline', page)
  await send(page, 'If not, I’ll ask at the station.')
  await send(page, 'They open at eight.')
  await message(page, 'They open').getByText('Waits for the connection').waitFor()
  await message(page, 'If not').hover()
  await show('waiting', page)
  await server.start()
  await tick(page, 'They open').waitFor({ timeout: 60_000 })
  await banner(page).waitFor({ state: 'detached', timeout: 60_000 })
  await show('recovered', page)
}
