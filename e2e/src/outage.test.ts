import { createClient } from '@parley/client'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStage } from './stage.ts'
import { banner, chatRow, log, message, messageField, password, say, send, startChat, texts, tick } from './steps.ts'

const stage = openStage()
const { person } = stage
const waiting = (page: Page, text: string) => message(page, text).getByText('Waits for the connection')
/** Back after an outage: the page finds the server by itself, with pauses that grow. */
const patience = { timeout: 60_000 }

/** Two people looking at their chat. */
async function conversation() {
  const asha = await person('Asha')
  const ben = await person('Ben')
  await startChat(asha.page, ben.name)
  await say(asha.page, 'Are you there?')
  await chatRow(ben.page, asha.name).click()
  await say(ben.page, 'Yes')
  await tick(asha.page, 'Are you there?', /^Read$/).waitFor()
  await message(asha.page, 'Yes').waitFor()
  return { asha, ben }
}

/** Somebody who writes to another by code. */
async function caller(email: string) {
  const client = createClient({ url: stage.server.url })
  const { user } = await client.auth.register({ email, password, name: 'Cleo Calls' })
  return {
    name: user.name,
    async say(to: string, content: string) {
      const [found] = (await client.users.searchUsers({ q: to, limit: 1 })).users
      const { chat } = await client.chats.startPrivateChat({ userId: found?.id ?? '' })
      await client.messages.sendMessage({ chatId: chat.id, content })
    },
  }
}

test('a server killed under two open pages: they say so, keep what is written, and recover by themselves (E1, O1, S1, S2)', async () => {
  const { asha, ben } = await conversation()
  const cleo = await caller('cleo.calls@example.org')
  const pages = [asha.page, ben.page]
  for (const page of pages) await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
  await messageField(asha.page).fill('Half a sen')
  await stage.server.kill()
  for (const page of pages) await banner(page).waitFor()

  expect(await messageField(asha.page).inputValue()).toBe('Half a sen')
  for (const text of ['Dark one', 'Never mind', 'Dark two']) await send(asha.page, text)
  await send(ben.page, 'Dark three')
  await waiting(asha.page, 'Dark one').waitFor()
  await waiting(ben.page, 'Dark three').waitFor()
  await message(asha.page, 'Dark two').hover()
  await message(asha.page, 'Dark two').getByRole('button', { name: 'Send again' }).click()
  await message(asha.page, 'Never mind').hover()
  await message(asha.page, 'Never mind').getByRole('button', { name: 'Discard' }).click()
  await message(asha.page, 'Never mind').waitFor({ state: 'detached' })

  await stage.server.start()
  await cleo.say(ben.name, 'You were away')
  for (const page of pages) await banner(page).waitFor({ state: 'detached', ...patience })
  for (const text of ['Dark one', 'Dark two']) await tick(asha.page, text, /^Read$/).waitFor(patience)
  await tick(ben.page, 'Dark three', /^Read$/).waitFor(patience)
  await expect.poll(() => texts(ben.page), { timeout: 15_000 }).toHaveLength(5)
  const seen = await texts(ben.page)
  await expect.poll(() => texts(asha.page), { timeout: 15_000 }).toEqual(seen)
  expect(seen.slice(0, 2)).toEqual(['Are you there?', 'Yes'])
  expect(seen.toSorted()).toEqual(['Are you there?', 'Dark one', 'Dark three', 'Dark two', 'Yes'])
  expect(seen.indexOf('Dark one')).toBeLessThan(seen.indexOf('Dark two'))
  await chatRow(ben.page, cleo.name).getByText('1 unread message').waitFor()
  expect(await chatRow(asha.page, ben.name).getByText('unread').count()).toBe(0)
  expect(await chatRow(ben.page, asha.name).getByText('unread').count()).toBe(0)
  for (const page of pages) expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)
})

test('what was sent while the server was away outlives a reload and arrives once (E1)', async () => {
  const { asha, ben } = await conversation()
  await stage.server.kill()
  await banner(asha.page).waitFor()
  await send(asha.page, 'Through the night')
  await waiting(asha.page, 'Through the night').waitFor()
  await asha.page.reload()
  await banner(asha.page).waitFor()
  await waiting(asha.page, 'Through the night').waitFor()
  expect(await texts(asha.page)).toEqual(['Are you there?', 'Yes', 'Through the night'])
  await chatRow(asha.page, ben.name).waitFor()

  await stage.server.start()
  await tick(asha.page, 'Through the night').waitFor(patience)
  await message(ben.page, 'Through the night').waitFor(patience)
  await asha.page.reload()
  await tick(asha.page, 'Through the night').waitFor()
  for (const page of [asha.page, ben.page]) expect(await texts(page)).toEqual(['Are you there?', 'Yes', 'Through the night'])
})

test('a reload shows the chat from this device before anything is answered', async () => {
  const { asha } = await conversation()
  const gate = Promise.withResolvers<void>()
  await asha.page.route(/\/api\//, async (route) => {
    await gate.promise
    await route.continue()
  })
  await asha.page.reload()
  await message(asha.page, 'Are you there?').waitFor()
  expect(await texts(asha.page)).toEqual(['Are you there?', 'Yes'])
  gate.resolve()
  await say(asha.page, 'And after')
  expect(await log(asha.page).getByRole('article').count()).toBe(3)
})
