/** Goes through every screen of the page, in the state that its name says. */
import type { Visit } from './screen-visit.ts'
import { visitBlocking, visitMessageActions, visitOutage, visitOwnList } from './screens-own.ts'
import {
  backToChats,
  chatRow,
  createGroup,
  message,
  messageField,
  type Person,
  personFound,
  pickFromMenu,
  register,
  say,
  startChat,
} from './steps.ts'

async function visitDoors({ newPage, show }: Visit) {
  const page = await newPage()
  await page.goto('/app/login')
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  await show('login', page)
  await page.getByLabel('E-mail or username').fill('nobody')
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('The login or the password is wrong.').waitFor()
  await show('login-refused', page)
  await page.goto('/app/register')
  await page.getByText(/At least \d+ characters/).waitFor()
  await show('register', page)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Please give your password.').waitFor()
  await show('register-refused', page)
  await page.goto('/app/nowhere')
  await page.getByText('There is nothing at this address.').waitFor()
  await show('not-found', page)
}

async function visitBeginnings({ page }: Person, other: Person, show: Visit['show']) {
  await page.getByText('No chats yet').waitFor()
  await show('chats-empty', page)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).waitFor()
  await show('menu', page)
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Find people' }).fill(other.name)
  await personFound(page, other.name).waitFor()
  await show('people-found', page)
  await page.getByRole('textbox', { name: 'Find people' }).fill('nobody at all')
  await page.getByText('Nobody found').waitFor()
  await show('nobody-found', page)
  await startChat(page, other.name)
  await page.getByText('Say hello').waitFor()
  await show('conversation-empty', page)
}

async function answer({ page }: Person, text: string, own: string) {
  await message(page, text).hover()
  await message(page, text).getByRole('button', { name: 'Reply' }).click()
  await messageField(page).fill(own)
}

/** A private chat with all that a message can be. */
async function visitConversation(asha: Person, ben: Person, show: Visit['show']) {
  await chatRow(ben.page, asha.name).click()
  await say(asha.page, 'Hi Ben! Are you coming on Saturday?')
  await say(asha.page, 'We meet at nine at the station.')
  await answer(ben, 'We meet at nine', 'I’ll be there. Is this the way? https://www.openstreetmap.org/way/4')
  await show('reply', ben.page)
  await messageField(ben.page).press('Enter')
  await say(
    ben.page,
    'Should I bring something to eat? There may be six of us, and the hut at the top is closed until the end of the month.',
  )
  await message(asha.page, 'Should I bring').waitFor()
  await say(asha.page, 'Braed and cheese')
  await pickFromMenu(asha.page, 'Braed', 'Edit')
  await messageField(asha.page).fill('Bread and cheese, please')
  await show('edit', asha.page)
  await messageField(asha.page).press('Enter')
  await say(asha.page, 'And a wrong word')
  await pickFromMenu(asha.page, 'And a wrong word', 'Delete')
  await asha.page.getByRole('button', { name: 'Delete for everyone' }).waitFor()
  await show('delete-confirm', asha.page)
  await asha.page.getByRole('button', { name: 'Delete for everyone' }).click()
  await message(asha.page, 'This message was deleted').waitFor()
  await say(ben.page, 'एक सवाल: هل تحتاجون إلى خيمة؟')
  await message(asha.page, 'خيمة').waitFor()
  await show('conversation', asha.page)
  await message(asha.page, 'Bread and cheese').hover()
  await message(asha.page, 'Bread and cheese').getByRole('button', { name: 'More for this message' }).click()
  await asha.page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
  await show('message-menu', asha.page)
  await asha.page.keyboard.press('Escape')
}

async function visitGroup(asha: Person, ben: Person, cleo: Person, show: Visit['show']) {
  for (const { page } of [asha, ben]) await backToChats(page)
  await asha.page.getByRole('button', { name: 'New group' }).click()
  await asha.page.getByRole('dialog').getByLabel('Name of the group').waitFor()
  await asha.page.getByRole('dialog').getByRole('button', { name: ben.name }).click()
  await show('new-group', asha.page)
  await asha.page.keyboard.press('Escape')
  await createGroup(asha.page, 'Weekend hike', [ben.name, cleo.name])
  for (const { page } of [ben, cleo]) await chatRow(page, 'Weekend hike').click()
  await say(asha.page, 'Welcome, both of you!')
  await say(cleo.page, 'Thanks 🎒')
  await say(cleo.page, 'Who has a map?')
  await say(ben.page, 'I do.')
  await message(asha.page, 'I do.').waitFor()
  await show('group', asha.page)
  await asha.page.getByRole('button', { name: 'Members' }).click()
  await asha.page.getByRole('button', { name: 'Add people' }).waitFor()
  await show('members', asha.page)
  await asha.page.getByRole('button', { name: `Remove ${cleo.name}` }).click()
  await asha.page.getByRole('button', { name: 'Remove', exact: true }).click()
  await cleo.page.getByText('You are no longer a member').waitFor()
  await show('removed', cleo.page)
  await asha.page.getByRole('button', { name: `Remove ${cleo.name}` }).waitFor({ state: 'detached' })
  await asha.page.keyboard.press('Escape')
  await backToChats(asha.page)
  await chatRow(asha.page, ben.name).click()
  await say(ben.page, 'Shall I print one?')
  await backToChats(ben.page)
  await chatRow(ben.page, asha.name).click()
  await messageField(ben.page).fill('Asha, do you')
  await asha.page.getByRole('main').getByText('Ben is writing…').waitFor()
  await show('writing', asha.page)
  await messageField(ben.page).fill('')
  await backToChats(asha.page)
  await chatRow(asha.page, 'Weekend hike').getByText('1 unread message').waitFor()
  await show('chats', asha.page)
}

export async function visitScreens(visit: Visit) {
  const { newPage, show } = visit
  await visitDoors(visit)
  const asha = await register(await newPage(), 'Asha')
  const ben = await register(await newPage(), 'Ben')
  const cleo = await register(await newPage(), 'Cleo')
  await visitBeginnings(asha, ben, show)
  await visitConversation(asha, ben, show)
  await visitMessageActions(asha, ben, show)
  await visitGroup(asha, ben, cleo, show)
  await chatRow(asha.page, ben.name).click()
  await visitOwnList(asha, ben, show)
  await visitBlocking(asha, ben, show)
  await visitOutage(asha, ben, visit)
}
