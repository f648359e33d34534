import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileStore } from './file-store.ts'
import { memoryStore, type Store } from './store.ts'

const scratch = mkdtempSync(join(tmpdir(), 'parley-store-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const executablePath = '/usr/bin/chromium'
const browserTests = existsSync(executablePath) || process.env.CI === 'true'

let directories = 0
const newDirectory = () => {
  directories += 1
  return join(scratch, String(directories), 'made when needed')
}

/** What every store does; `reopened` is another one on the same place. */
function behaves(name: string, open: () => Promise<{ store: Store; reopened: () => Promise<Store> }>) {
  test(`${name}: what was written is there until it's removed, and by the start of its key`, async () => {
    const { store } = await open()
    await store.write(
      new Map<string, unknown>([
        ['a/1', { text: 'ünïcode 🎉', list: [1, null] }],
        ['a/2', 2],
        ['b/1', 'other'],
      ]),
    )
    expect(await store.read('a/')).toEqual(
      new Map<string, unknown>([
        ['a/1', { text: 'ünïcode 🎉', list: [1, null] }],
        ['a/2', 2],
      ]),
    )
    await store.write(
      new Map<string, unknown>([
        ['a/1', undefined],
        ['a/2', 3],
      ]),
    )
    expect(await store.read('a/')).toEqual(new Map([['a/2', 3]]))
    await store.clear('a/')
    expect(await store.read('')).toEqual(new Map([['b/1', 'other']]))
  })

  test(`${name}: another one on the same place finds what was kept`, async () => {
    const { store, reopened } = await open()
    await store.write(new Map([['key', 'value']]))
    expect(await (await reopened()).read('key')).toEqual(new Map([['key', 'value']]))
  })
}

behaves('in memory', async () => {
  const store = memoryStore()
  return { store, reopened: async () => store }
})

behaves('in files', async () => {
  const directory = newDirectory()
  return { store: fileStore(directory), reopened: async () => fileStore(directory) }
})

test('files are readable by their owner alone', async () => {
  const directory = newDirectory()
  await fileStore(directory).write(new Map([['key', 'a secret']]))
  const [file = ''] = readdirSync(directory)
  expect(statSync(directory).mode & 0o077).toBe(0)
  expect(statSync(join(directory, file)).mode & 0o077).toBe(0)
})

test('a process that is killed while it writes leaves each key with one of its values, whole, and none newer than one before it', async () => {
  const directory = newDirectory()
  const program = `
    import { fileStore } from ${JSON.stringify(join(import.meta.dirname, 'file-store.ts'))}
    const store = fileStore(${JSON.stringify(directory)})
    for (let round = 0; ; round += 1) {
      await store.write(new Map([0, 1, 2].map((key) => ['key ' + key, { round, filling: 'x'.repeat(200_000) }])))
      console.log('round')
    }`
  const child = execFile(process.execPath, ['--input-type=module-typescript', '-e', program])
  const failed = new Promise<never>((_, reject) => child.on('exit', (code) => reject(new Error(`it ended by itself with ${code}`))))
  const written = new Promise<void>((resolve) => child.stdout?.on('data', (text: string) => text.includes('round') && resolve()))
  await Promise.race([written, failed])
  const gone = new Promise((resolve) => child.on('exit', resolve))
  failed.catch(() => {})
  child.kill('SIGKILL')
  await gone
  const kept = await fileStore(directory).read('key ')
  expect([...kept.keys()].toSorted()).toEqual(['key 0', 'key 1', 'key 2'])
  const rounds = ['key 0', 'key 1', 'key 2'].map((key) => (kept.get(key) as { round: number }).round)
  expect(rounds).toEqual(rounds.toSorted((one, other) => other - one))
  expect([...kept.values()].map((value) => (value as { filling: string }).filling.length)).toEqual([200_000, 200_000, 200_000])
}, 30_000)

describe.runIf(browserTests)('in a browser', () => {
  let browser: Browser
  const code = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'indexed-db-store.ts'), 'utf8'))
  const address = 'http://localhost/'

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] })
  }, 60_000)
  afterAll(() => browser.close())

  async function load(page: Page): Promise<Page> {
    await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
    await page.goto(address)
    await page.addScriptTag({ type: 'module', content: `${code}\nglobalThis.kept = indexedDbStore('test')` })
    await page.waitForFunction(() => 'kept' in globalThis)
    return page
  }

  /** The store of a page, as if it were here. */
  const storeOf = (page: Page): Store => ({
    read: async (prefix) =>
      new Map(await page.evaluate(async (start) => [...(await (globalThis as unknown as { kept: Store }).kept.read(start))], prefix)),
    write: (changes) =>
      page.evaluate((entries) => (globalThis as unknown as { kept: Store }).kept.write(new Map(entries)), [...changes] as [
        string,
        unknown,
      ][]),
    clear: (prefix) => page.evaluate((start) => (globalThis as unknown as { kept: Store }).kept.clear(start), prefix),
  })

  behaves('IndexedDB', async () => {
    const context = await browser.newContext()
    const page = await load(await context.newPage())
    return { store: storeOf(page), reopened: async () => storeOf(await load(await context.newPage())) }
  })

  test('what was kept survives a reload', async () => {
    const page = await load(await (await browser.newContext()).newPage())
    await storeOf(page).write(new Map([['key', 'value']]))
    await load(page)
    expect(await storeOf(page).read('')).toEqual(new Map([['key', 'value']]))
  })

  test('a page whose data is cleared while it is open goes on with nothing', async () => {
    const page = await load(await (await browser.newContext()).newPage())
    await storeOf(page).write(new Map([['key', 'value']]))
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('test').onsuccess = resolve
        }),
    )
    expect(await storeOf(page).read('')).toEqual(new Map())
    await storeOf(page).write(new Map([['key', 'again']]))
    expect(await storeOf(page).read('')).toEqual(new Map([['key', 'again']]))
  })
})
