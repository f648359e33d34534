/**
 * Pictures of every screen, light and dark, on a phone and on a desk, into e2e/screenshots; and the one in the README.
 * Run: node e2e/src/screenshots.ts, after `npm run build`.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { visitScreens } from './screens.ts'
import { type RunningServer, startServer } from './server-process.ts'
import { chatRow, createGroup, log, say } from './steps.ts'

const folder = join(import.meta.dirname, '../screenshots')
const readmePicture = join(import.meta.dirname, '../../docs/images/conversation.png')
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [
    { name: 'phone', viewport: { width: 390, height: 844 } },
    { name: 'desk', viewport: { width: 1280, height: 800 } },
  ].map((size) => ({ colorScheme, ...size })),
)

async function photographAll(browser: OpenBrowser, server: RunningServer) {
  for (const { name: size, viewport, colorScheme } of looks) {
    await visitScreens({
      server,
      newPage: () => browser.newPerson({ viewport, colorScheme, reducedMotion: 'reduce' }),
      show: async (screen, page) => {
        const path = join(folder, `${screen}-${size}-${colorScheme}.png`)
        await page.screenshot({ path })
        process.stdout.write(`${path}\n`)
      },
    })
  }
}

async function openDemo(browser: OpenBrowser, username: string, other: string): Promise<Page> {
  const page = await browser.newPerson({ reducedMotion: 'reduce', viewport: { width: 1280, height: 720 } })
  await page.goto(`/app/demo/${username}`)
  await chatRow(page, other).click()
  await log(page).getByRole('article').first().waitFor()
  return page
}

/** Two demo people in a live conversation. */
async function photographDemo(browser: OpenBrowser) {
  const asha = await openDemo(browser, 'asha', 'Ben Okafor')
  const ben = await openDemo(browser, 'ben', 'Asha Verma')
  await createGroup(asha, 'Weekend hike', ['Ben Okafor'])
  await say(asha, 'Saturday at nine, at the station?')
  await chatRow(asha, 'Ben Okafor').click()
  await chatRow(ben, 'Weekend hike').click()
  await say(ben, 'I’ll bring bread and cheese.')
  await chatRow(ben, 'Asha Verma').click()
  await say(ben, 'It does. I see every word as you send it.')
  await log(asha).getByText('I see every word').waitFor()
  await chatRow(asha, 'Ben Okafor').getByText('I see every word').waitFor()
  await log(asha).getByRole('img', { name: 'Read' }).first().waitFor()
  await chatRow(asha, 'Weekend hike').getByText('1 unread message').waitFor()
  await asha.mouse.move(800, 200)
  await asha.screenshot({ path: readmePicture })
  const { size } = await stat(readmePicture)
  process.stdout.write(`${readmePicture}: ${Math.round(size / 1024)} KB\n`)
  if (size > 200 * 1024) throw new Error('the picture for the README is larger than 200 KB')
}

const server: RunningServer = await startServer()
try {
  await mkdir(folder, { recursive: true })
  const browser = await openBrowser(server.url)
  await photographDemo(browser)
  await photographAll(browser, server)
  await browser.close()
} finally {
  await server.close()
}
