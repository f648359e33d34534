import { expect, test } from 'vitest'
import { type Outcome, runChecks } from './run-checks.ts'

async function run(outcomes: Record<string, () => Promise<Outcome>>) {
  const lines: string[] = []
  const passed = await runChecks(
    Object.entries(outcomes).map(([name, outcome]) => ({ name, run: outcome })),
    (line) => lines.push(line),
  )
  return { passed, text: lines.join('\n') }
}

test('all well is one line per check, warnings below', async () => {
  const { passed, text } = await run({ first: async () => ({ problems: [] }), second: async () => ({ problems: [], warnings: ['long'] }) })
  expect(passed).toBe(true)
  expect(text).toMatch(/^ok +\d+\.\d s {2}first\nok +\d+\.\d s {2}second\n {7}warning: long\nAll 2 checks passed\.$/)
})

test('one problem fails the run and is printed', async () => {
  const { passed, text } = await run({ good: async () => ({ problems: [] }), bad: async () => ({ problems: ['here\nand there'] }) })
  expect(passed).toBe(false)
  expect(text).toMatch(/FAILED +\d+\.\d s {2}bad\n {7}here\n {7}and there\n1 of 2 checks failed: bad\.$/)
})

test('a check that throws has failed, and the others still run', async () => {
  const { passed, text } = await run({
    broken: () => Promise.reject(new Error('no such program')),
    good: async () => ({ problems: [] }),
  })
  expect(passed).toBe(false)
  expect(text).toContain('no such program')
  expect(text).toContain('good')
})

test('never more than two run at once', async () => {
  let running = 0
  let most = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise(setImmediate)
    running -= 1
    return { problems: [] }
  }
  await run(Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`check ${index}`, work])))
  expect(most).toBe(2)
})
