/** What most files play on. */
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { type RunningServer, startServer } from './server-process.ts'
import { logIn, type Person, register } from './steps.ts'

interface Stage {
  readonly server: RunningServer
  /** The page of somebody who isn't logged in, in a browser of their own. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** Somebody new, logged in. */
  person(firstName: string): Promise<Person>
  /** Another device of somebody. */
  device(email: string): Promise<Page>
}

/** A server and a browser of this file's own, from before the first test to after the last. */
export function openStage(): Stage {
  let server: RunningServer | undefined
  let browser: OpenBrowser | undefined
  beforeAll(async () => {
    server = await startServer()
    browser = await openBrowser(server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  const newPage: Stage['newPage'] = (options) => opened(browser).newPerson(options)
  return {
    get server() {
      return opened(server)
    },
    newPage,
    person: async (firstName) => register(await newPage(), firstName),
    async device(email) {
      const page = await newPage()
      await logIn(page, email)
      return page
    },
  }
}

function opened<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the stage is open within tests only')
  return part
}
