import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { importRules, importViolations } from './import-rules.ts'

const planted: string[] = []

afterEach(() => {
  for (const directory of planted.splice(0)) rmSync(directory, { recursive: true })
})

/** A tree in which every file exists that another one imports; `from` imports `to`. */
async function violationsOf(imports: readonly (readonly [from: string, to: string, kind?: 'type'])[]): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'parley-imports-'))
  planted.push(root)
  const files = new Map<string, string>([
    ['node_modules/zod/package.json', '{ "name": "zod", "main": "index.js" }'],
    ['node_modules/zod/index.js', ''],
    ['node_modules/kysely/package.json', '{ "name": "kysely", "main": "index.js" }'],
    ['node_modules/kysely/index.js', ''],
  ])
  for (const [from, to, kind] of imports) {
    const specifier = /^(node:|zod|kysely)/.test(to) ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`
    files.set(from, `${files.get(from) ?? ''}import ${kind ?? ''} { thing } from '${specifier}'\n`)
    if (specifier.startsWith('.') && !files.has(to)) files.set(to, 'export const thing = 1\n')
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return importViolations(
    root,
    [...new Set([...files.keys()].map((path) => path.split('/')[0] as string))].filter((top) => top !== 'node_modules'),
  )
}

const server = 'apps/server/src'
const modules = `${server}/modules`

const violations: readonly [rule: string, ...imports: (readonly [string, string, 'type'?])[]][] = [
  ['no-cycles', ['bench/src/a.ts', 'bench/src/b.ts'], ['bench/src/b.ts', 'bench/src/a.ts']],
  ['no-cycles', ['bench/src/a.ts', 'bench/src/b.ts', 'type'], ['bench/src/b.ts', 'bench/src/a.ts', 'type']],
  ['protocol-imports-zod-only', ['packages/protocol/src/auth.contract.ts', 'kysely']],
  ['protocol-imports-zod-only', ['packages/protocol/src/auth.contract.ts', 'node:fs']],
  ['protocol-imports-zod-only', ['packages/protocol/src/auth.contract.ts', 'packages/client/src/client.ts']],
  ['client-imports-protocol-only', ['packages/client/src/client.ts', `${server}/core/clock.ts`]],
  ['client-imports-protocol-only', ['packages/client/src/client.ts', 'node:fs']],
  ['nothing-imports-the-file-store', ['packages/client/src/client.ts', 'packages/client/src/file-store.ts']],
  ['clients-import-client-and-protocol', ['apps/web/src/main.tsx', `${server}/core/clock.ts`, 'type']],
  ['clients-import-client-and-protocol', ['e2e/src/browser.ts', `${server}/app.ts`]],
  ['clients-import-client-and-protocol', ['bench/src/bench.ts', 'torture/src/torture.ts']],
  ['clients-import-client-and-protocol', ['torture/src/torture.ts', `${server}/config.ts`]],
  ['core-imports-protocol-only', [`${server}/core/clock.ts`, `${server}/platform/bus/bus.ts`]],
  ['transport-imports-core-and-protocol', [`${server}/transport/http.ts`, `${modules}/auth/auth.module.ts`]],
  ['transport-imports-core-and-protocol', [`${server}/transport/http.ts`, `${server}/platform/bus/bus.ts`]],
  ['platform-imports-core-and-protocol', [`${server}/platform/bus/memory.ts`, `${server}/config.ts`, 'type']],
  ['platform-imports-core-and-protocol', [`${server}/platform/jobs/pg-boss.ts`, `${server}/platform/database/postgres.ts`]],
  ['modules-use-ports-and-doors', [`${modules}/chats/list-chats.ts`, `${server}/platform/bus/memory.ts`]],
  ['modules-use-ports-and-doors', [`${modules}/chats/list-chats.ts`, `${server}/transport/http.ts`]],
  ['modules-use-ports-and-doors', [`${modules}/chats/list-chats.ts`, `${modules}/users/users.queries.ts`]],
  ['streams-imports-no-owner', [`${modules}/streams/change.ts`, `${modules}/chats/chats.module.ts`, 'type']],
  ['origins-import-protocol', [`${server}/origins/chatapp.ts`, `${modules}/chats/chats.module.ts`]],
  ['origins-import-protocol', [`${server}/origins/chatapp.ts`, 'kysely']],
  ['origins-use-types-of-transport-only', [`${server}/origins/chatapp.ts`, `${server}/transport/http.ts`]],
  ['only-app-imports-everything', [`${server}/config.ts`, `${server}/platform/database/postgres.ts`]],
  ['only-app-imports-everything', [`${server}/config.ts`, `${server}/app.ts`]],
  ['only-app-imports-everything', [`${server}/config.ts`, `${server}/origins/chatapp.ts`]],
  ['only-app-imports-everything', [`${server}/demo.ts`, `${modules}/users/users.queries.ts`]],
]

test.each(violations)('%s: a planted violation is found (%#)', async (rule, ...imports) => {
  const found = await violationsOf(imports)
  expect(found.filter((violation) => violation.startsWith(`${rule}: `))).not.toEqual([])
})

test('every rule has a planted violation', () => {
  expect([...new Set(violations.map(([rule]) => rule))].sort()).toEqual(importRules.map(({ name }) => name as string).sort())
})

test('what the architecture allows breaks no rule', async () => {
  const found = await violationsOf([
    ['packages/protocol/src/auth.contract.ts', 'zod'],
    ['packages/protocol/src/auth.contract.ts', 'packages/protocol/src/define.ts'],
    ['packages/client/src/client.ts', 'packages/protocol/src/auth.contract.ts'],
    ['packages/client/src/client.test.ts', `${server}/testing/start.ts`],
    ['packages/client/src/file-store.ts', 'node:fs'],
    ['apps/web/src/main.tsx', 'packages/client/src/client.ts'],
    ['e2e/src/chat.test.ts', 'packages/protocol/src/define.ts'],
    [`${server}/core/errors.ts`, 'packages/protocol/src/errors.ts'],
    [`${server}/transport/http.ts`, `${server}/core/errors.ts`],
    [`${server}/platform/bus/memory.ts`, `${server}/platform/bus/bus.ts`],
    [`${server}/platform/jobs/pg-boss.ts`, `${server}/platform/database/database.ts`],
    [`${modules}/chats/list-chats.ts`, `${server}/platform/database/database.ts`, 'type'],
    [`${modules}/chats/list-chats.ts`, `${server}/platform/database/tables.ts`, 'type'],
    [`${modules}/chats/list-chats.ts`, `${modules}/chats/chats.queries.ts`],
    [`${modules}/chats/list-chats.ts`, `${modules}/streams/streams.module.ts`],
    [`${modules}/chats/list-chats.ts`, `${server}/core/errors.ts`],
    [`${server}/origins/chatapp.ts`, `${server}/transport/origin.ts`, 'type'],
    [`${server}/config.ts`, `${server}/settings.ts`],
    [`${server}/settings.ts`, `${server}/origins/origins.ts`],
    [`${server}/demo.ts`, `${modules}/users/users.module.ts`],
    [`${server}/app.ts`, `${server}/platform/bus/memory.ts`],
    [`${server}/app.ts`, `${modules}/chats/chats.module.ts`],
    [`${server}/app.ts`, `${server}/config.ts`],
    [`${server}/main.ts`, `${server}/app.ts`],
    [`${server}/testing/start.ts`, `${server}/app.ts`],
    [`${modules}/chats/testing/group.ts`, `${server}/testing/start.ts`],
    [`${modules}/chats/chats.test.ts`, `${server}/testing/start.ts`],
  ])
  expect(found).toEqual([])
})
