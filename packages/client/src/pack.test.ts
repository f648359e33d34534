/** What is published is tried as its users get it: packed, installed into empty projects, compiled, bundled and run. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../../../apps/server/src/testing/server.ts'
import { createClient } from './client.ts'

const root = join(import.meta.dirname, '../../..')
const scratch = mkdtempSync(join(tmpdir(), 'parley-pack-'))
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
const web = JSON.parse(readFileSync(join(root, 'apps/web/package.json'), 'utf8')) as { devDependencies: Record<string, string> }

const executablePath = '/usr/bin/chromium'
const browserTests = existsSync(executablePath) || process.env.CI === 'true'

/** The machine's own programs, without what npm scripts add in front of them. */
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((directory) => !directory.includes('node_modules'))
  .join(delimiter)

const passedOn = ['HOME', 'CI', 'NODE_EXTRA_CA_CERTS', 'npm_config_registry', 'npm_config_cache', 'npm_config_userconfig']
const environment = { ...Object.fromEntries(passedOn.map((name) => [name, process.env[name]])), PATH: path }

interface Outcome {
  readonly code: number
  readonly output: string
}

function attempt(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env: environment, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` })
    })
  })
}

async function run(...what: Parameters<typeof attempt>): Promise<string> {
  const { code, output } = await attempt(...what)
  if (code !== 0) throw new Error(`${what[0]} ${what[1].join(' ')} ended with ${code}: ${output}`)
  return output
}

/** This repository as far as the SDK needs it, elsewhere: packing replaces the manifest for a moment, and others read it meanwhile. */
function copyOfWorkspace(): string {
  const copy = join(scratch, 'workspace')
  const plain = (source: string) => !/\/(node_modules|dist)$/.test(source)
  for (const name of ['client', 'protocol'])
    cpSync(join(root, 'packages', name), join(copy, 'packages', name), { recursive: true, filter: plain })
  for (const name of ['tsconfig.base.json', 'LICENSE']) cpSync(join(root, name), join(copy, name))
  mkdirSync(join(copy, 'node_modules/@parley'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@parley') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  symlinkSync(join(copy, 'packages/protocol'), join(copy, 'node_modules/@parley/protocol'))
  return copy
}

async function emptyProject(name: string, packages: readonly string[], files: Record<string, string> = {}): Promise<string> {
  const directory = join(scratch, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text)
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], directory)
  return directory
}

let workspace: string
let tarball: string
let server: TestServer
let lines: string

beforeAll(async () => {
  workspace = copyOfWorkspace()
  const client = join(workspace, 'packages/client')
  const printed = await run('npm', ['pack', '--silent', '--pack-destination', scratch], client)
  tarball = join(scratch, printed.trim().split('\n').at(-1) ?? '')
  server = await startServer()
  lines = await fiveLines()
})

afterAll(async () => {
  await server.stop()
  rmSync(scratch, { recursive: true })
})

const firstMatch = (text: string, pattern: RegExp) => pattern.exec(text)?.[1] ?? ''

/** The example of the README, for the server of this test and two people who exist on it. */
async function fiveLines(): Promise<string> {
  const example = firstMatch(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8'), /```ts\n(.*?)```/s)
  const [username, password] = [firstMatch(example, /username: '(.*?)'/), firstMatch(example, /password: '(.*?)'/)]
  await createClient({ url: server.url }).auth.register({ username, email: 'meera@example.org', password })
  const { user } = await createClient({ url: server.url }).auth.register({ username: 'tomas', email: 'tomas@example.org', password })
  return example.replace('http://localhost:3000', server.url).replace('{ userId }', `{ userId: '${user.id}' }`)
}

async function lastMessage(): Promise<string> {
  const tomas = createClient({ url: server.url })
  await tomas.auth.login({ username: 'tomas', password: firstMatch(lines, /password: '(.*?)'/) })
  const { chats } = await tomas.chats.listChats()
  return chats[0]?.lastMessage?.id ?? 'none'
}

test('packing takes the licence and the compiled files along, and no source', async () => {
  const files = (await run('tar', ['-tf', tarball], scratch)).trim().split('\n')
  expect(files).toEqual(expect.arrayContaining(['package/README.md', 'package/dist/LICENSE', 'package/dist/client/src/client.js']))
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([])
})

test('packing leaves the manifest as it was', () => {
  const manifest = 'packages/client/package.json'
  expect(readFileSync(join(workspace, manifest), 'utf8')).toBe(readFileSync(join(root, manifest), 'utf8'))
})

test('the store in files is an entry of its own, for programs in Node', async () => {
  const program =
    "import { fileStore } from '@parley/client/file-store'\nconst store = fileStore('kept')\nawait store.write(new Map([['key', 1]]))\nconsole.log([...(await store.read(''))].join())\n"
  const project = await emptyProject('stored', [tarball], { 'store.js': program })
  expect((await run('node', ['store.js'], project)).trim()).toBe('key,1')
}, 120_000)

test('the five lines of the README run in an empty project with plain Node', async () => {
  const project = await emptyProject('plain', [tarball], { 'five-lines.js': `${lines}\nparley.close()\nconsole.log(message.id)\n` })
  for (const node of [process.execPath, 'node']) {
    const printed = await run(node, ['five-lines.js'], project)
    expect(printed.trim(), `with ${await run(node, ['--version'], project)}`).toBe(await lastMessage())
  }
}, 120_000)

describe('in an empty project with Vite and TypeScript', () => {
  let project: string

  beforeAll(async () => {
    const versions = [`vite@${web.devDependencies.vite}`, `typescript@${own.devDependencies.typescript}`]
    project = await emptyProject('bundled', [tarball, ...versions], {
      'index.html': '<!doctype html><title></title><script type="module" src="./five-lines.ts"></script>',
      'five-lines.ts': `${lines}\ndocument.title = message.id\n`,
      'wrong.ts': wrongLines,
      'tsconfig.json': JSON.stringify({ compilerOptions: strictOptions, files: ['five-lines.ts', 'wrong.ts'] }),
    })
    await run('node_modules/.bin/vite', ['build', '--base', './'], project)
  }, 180_000)

  test('the five lines compile, and what the contract refuses does not', async () => {
    const { output } = await attempt('node_modules/.bin/tsc', ['-p', '.'], project)
    expect(output.match(/^\S+\(\d+/gm), output).toEqual(['wrong.ts(3', 'wrong.ts(4', 'wrong.ts(5', 'wrong.ts(6'])
  }, 120_000)

  test('the bundle is small and holds neither the contract nor zod', () => {
    const assets = join(project, 'dist/assets')
    const [bundle = ''] = readdirSync(assets).filter((file) => file.endsWith('.js'))
    const code = readFileSync(join(assets, bundle), 'utf8')
    expect(code).toContain('/api/auth/login')
    expect(code).not.toMatch(/ZodError|strictObject/)
    expect(gzipSync(code).length).toBeLessThan(36_000)
  })

  test.runIf(browserTests)(
    'the bundle runs in a browser, on a page of the server’s origin',
    async () => {
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] })
      try {
        const page = await browser.newPage()
        await page.route('**/sdk/**', (route) =>
          route.fulfill({ path: join(project, 'dist', new URL(route.request().url()).pathname.replace('/sdk/', '')) }),
        )
        await page.goto(`${server.url}/sdk/index.html`)
        await page.waitForFunction(() => document.title !== '')
        expect(await page.title()).toBe(await lastMessage())
      } finally {
        await browser.close()
      }
    },
    60_000,
  )
})

/** Libraries are checked as well: the declarations must hold together by themselves. */
const strictOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  module: 'esnext',
  moduleResolution: 'bundler',
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
}

/** One mistake in each line from the third. */
const wrongLines = `import { createClient } from '@parley/client'
const parley = createClient({ url: 'http://localhost:3000' })
await parley.auth.login({ user: 'meera', password: '' })
parley.on('new_mesage', () => {})
parley.on('new_message', ({ message }) => message.text)
;(await parley.chats.listChats()).chats.length.trim()
`
