import { globSync } from 'node:fs'
import { join } from 'node:path'
import { allEvents, allOperations } from '@parley/protocol/contract'
import { describe, expect, test } from 'vitest'
import { origins } from './origins.ts'

test('every file here is an origin of the list, named after it', () => {
  const files = globSync('*.ts', { cwd: import.meta.dirname }).filter((path) => !/\.test\.ts$|^origins\.ts$/.test(path))
  expect(files.map((path) => path.replace(/\.ts$/, '')).sort()).toEqual(origins.map(({ name }) => name).sort())
})

test('no address is answered twice', () => {
  const ofOperations = allOperations.flatMap(({ rest }) => (rest ? [rest, ...(rest.aliases ?? [])] : []))
  const addresses = [...ofOperations, ...origins.flatMap(({ aliases }) => aliases)].map(
    ({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`,
  )
  expect(addresses.filter((address, index) => addresses.indexOf(address) !== index)).toEqual([])
})

describe.each(origins.map((origin) => [origin.name, origin] as const))('%s', (name, { events, commands, boundBy }) => {
  test('translates events that there are', () => {
    const known = allEvents.map((event) => event.name)
    expect([...events.keys()].filter((event) => !known.includes(event))).toEqual([])
  })

  test('is recognised by none but its own words', () => {
    const foreign = origins.filter((origin) => origin.name !== name).flatMap((origin) => [...origin.commands.keys()])
    const native = allOperations.flatMap((operation) => (operation.kind === 'command' ? [operation.name] : []))
    expect([...native, ...foreign].filter((word) => boundBy.test(word))).toEqual([])
    expect([...commands.keys()].some((word) => boundBy.test(word))).toBe(true)
  })

  test('has its page in docs/origins', () => {
    expect(globSync(`docs/origins/${name}.md`, { cwd: join(import.meta.dirname, '../../../..') })).toHaveLength(1)
  })
})
