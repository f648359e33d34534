/** What becomes of rounds: figures, a table, files. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../options.ts'
import type { Outcome } from '../run.ts'
import { writeFiles } from './files.ts'
import { tableOf } from './table.ts'

const saturated = (messagesPerSecond: number, cpuPerMillion: number) => ({ saturated: { messagesPerSecond, cpuPerMillion } })

const outcome: Outcome = {
  workload: { id: 'w0', title: 'W0: <three> rounds' },
  rounds: new Map([
    ['parley-embedded', [saturated(300, 2), saturated(100, 1), saturated(200, 6)]],
    ['socketio', [saturated(100, 5), saturated(50, 5), saturated(50, 5)]],
  ]),
  leftOut: new Map([['prosody', 'Prosody is not installed']]),
}

test('the table shows medians with the least and the most, ratios round by round, and who is left out and why', () => {
  const lines = tableOf(outcome)
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  expect(lines).toEqual([
    ['W0: <three> rounds, saturated'],
    ['parley-embedded', 'socketio'],
    ['messages/s', '200 (100–300)', '50 (50–100)'],
    ['CPU s per 1M deliveries', '2.00 (1.00–6.00)', '5.00'],
    ['× socketio', '3.00 (2.00–4.00)'],
    [''],
    ['Left out: prosody; Prosody is not installed.'],
  ])
})

test('the files hold every round, and a chart that is well-formed whatever things are called', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const facts = { ...readOptions([]).plan, rounds: 3, at: '2026-01-01T00:00:00.000Z' }
  const paths = writeFiles(directory, outcome, facts)
  expect(paths.map((path) => basename(path))).toEqual(['w0.json', 'w0.svg'])
  const [json, svg] = paths.map((path) => readFileSync(path, 'utf8'))
  expect(JSON.parse(json ?? '')).toMatchObject({ id: 'w0', seconds: 5, measured: Object.fromEntries(outcome.rounds) })
  expect(svg).toContain('W0: &#60;three&#62; rounds')
  expect(svg?.match(/<rect /g)).toHaveLength(4)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})

test('options that mean nothing are refused with what may be written', () => {
  expect(() => readOptions(['--workloads', 'w1,w99'])).toThrow(/--workloads can't be w99; write w1, /)
  expect(() => readOptions(['--rounds', 'many'])).toThrow(/--rounds can't be many/)
  expect(() => readOptions(['--members', '1000'])).toThrow(/needs --database postgres/)
  expect(readOptions(['--members', '10,1000', '--database', 'postgres', '--competitors', 'none']).plan).toMatchObject({
    members: [10, 1000],
    competitors: [],
  })
})
