/** What becomes of rounds: figures, a table, files. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../options.ts'
import type { Outcome } from '../run.ts'
import { writeFiles } from './files.ts'
import { summarise } from './summary.ts'
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

/** What the JSON and the chart of an outcome hold. */
function written(outcome: Outcome): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const facts = { ...readOptions([]).plan, rounds: 3, at: '2026-01-01T00:00:00.000Z', revision: 'abc', before: null }
  const paths = writeFiles(directory, outcome, facts)
  const { id } = outcome.workload
  expect(paths.map((path) => basename(path))).toEqual([`${id}.json`, `${id}.svg`])
  return paths.map((path) => readFileSync(path, 'utf8'))
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
  const [json, svg] = written(outcome)
  expect(JSON.parse(json ?? '')).toMatchObject({ id: 'w0', seconds: 5, measured: Object.fromEntries(outcome.rounds) })
  expect(svg).toContain('W0: &#60;three&#62; rounds')
  expect(svg?.match(/<rect /g)).toHaveLength(4)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})

const ofMembers = (cpuPerMillion: number, deliveryP99: number) => ({ cpuPerMillion, deliveryP99 })

const growth: Outcome = {
  workload: { id: 'grown', title: 'Growth: <members>', steps: 'members' },
  rounds: new Map([
    ['parley-postgres', [{ '10 members': ofMembers(3, 1), '100 members': ofMembers(2, 4) }]],
    ['parley-postgres-before', [{ '10 members': ofMembers(5, 2), '100 members': ofMembers(4, 4) }]],
  ]),
  leftOut: new Map(),
}

test('where something grows, the table of each target has a column for each step', () => {
  const lines = tableOf(growth)
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  expect(lines).toEqual([
    ['Growth: <members>, parley-postgres'],
    ['10 members', '100 members'],
    ['CPU s per 1M deliveries', '3.00', '2.00'],
    ['delivery p99 ms', '1.0', '4.0'],
    [''],
    ['Growth: <members>, parley-postgres-before'],
    ['10 members', '100 members'],
    ['CPU s per 1M deliveries', '5.00', '4.00'],
    ['delivery p99 ms', '2.0', '4.0'],
  ])
})

test('where something grows, the chart of each figure has a line for each target with a point for each step, and its names apart', () => {
  const svg = written(growth)[1] ?? ''
  expect(svg).toContain('Growth: &#60;members&#62;')
  expect(svg.match(/<polyline [^>]*points="\d[\d.]*,[\d.]+ \d[\d.]*,[\d.]+"/g)).toHaveLength(4)
  expect(svg.match(/<polyline class="line own"/g)).toHaveLength(2)
  expect(svg.match(/<circle /g)).toHaveLength(8)
  // At 4 ms both lines end in the same place.
  const ends = [...svg.matchAll(/y="([\d.]+)">parley-postgres/g)].map((match) => Number(match[1]))
  expect(Math.abs((ends[2] ?? 0) - (ends[3] ?? 0))).toBeGreaterThanOrEqual(16)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})

test('what is compared with is raw Socket.IO, or else the server of the other checkout', () => {
  const rounds = new Map([
    ['parley-postgres', [saturated(300, 1)]],
    ['parley-postgres-before', [saturated(200, 1)]],
  ] as const)
  const [section] = summarise({ workload: { id: 'w0', title: 'W0' }, rounds, leftOut: new Map() })
  expect(section?.reference).toBe('parley-postgres-before')
  expect(section?.ratios.get('parley-postgres')?.median).toBe(1.5)
})

test('options that mean nothing are refused with what may be written', () => {
  expect(() => readOptions(['--workloads', 'w1,w99'])).toThrow(/--workloads can't be w99; write w1, /)
  expect(() => readOptions(['--rounds', 'many'])).toThrow(/--rounds can't be many/)
  expect(() => readOptions(['--before', tmpdir()])).toThrow(/--before can't be .*; write the directory of another checkout/)
  expect(() => readOptions(['--members', '1000'])).toThrow(/needs --database postgres/)
  expect(readOptions(['--members', '10,1000', '--database', 'postgres', '--competitors', 'none']).plan).toMatchObject({
    members: [10, 1000],
    competitors: [],
  })
})
