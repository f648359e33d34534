/** Debian's Chromium, and people in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface OpenBrowser {
  /** A person's own browser: cookies and storage of one are unknown to the others. Fails the test on a script error or a broken rule of the page's security policy. */
  newPerson(options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

const sizes = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' }

export async function openBrowser(baseUrl: string): Promise<OpenBrowser> {
  const tempDir = await mkdtemp(join(tmpdir(), 'parley-chromium-'))
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: flags,
    env: { ...process.env, TMPDIR: tempDir, XDG_CONFIG_HOME: tempDir, XDG_CACHE_HOME: tempDir },
  })
  const mistakes: string[] = []
  const contexts: BrowserContext[] = []
  return {
    async newPerson(options = {}) {
      const context = await browser.newContext({ baseURL: baseUrl, ...sizes, ...options })
      context.setDefaultTimeout(10_000)
      contexts.push(context)
      const page = await context.newPage()
      page.on('pageerror', (error) => mistakes.push(`script error: ${error.message}`))
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) mistakes.push(message.text())
      })
      return page
    },
    async close() {
      for (const context of contexts) await context.close()
      await browser.close()
      await rm(tempDir, { recursive: true, force: true })
      if (mistakes.length > 0) throw new Error(`the pages made mistakes:\n${mistakes.join('\n')}`)
    },
  }
}
