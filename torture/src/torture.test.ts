/** Short runs against real server processes, true ones and such as are lied about. Long ones: `npm run torture`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findPostgres } from '../../tools/testing/postgres-cluster.ts'
import { findRedis } from '../../tools/testing/redis-server.ts'
import { check, type Report } from './checker.ts'
import { findFaketime } from './faults/clock.ts'
import type { Tampering } from './faults/proxy.ts'
import { type Configuration, configurations } from './faults/schedule.ts'
import { acknowledgingUnsent, type Copies, copying } from './faults/tampering.ts'
import { Log } from './log.ts'
import type { World } from './people/world.ts'
import { type RunOptions, runTorture } from './run.ts'

/** Machines that run many tests at once are slow; a run alone takes about a minute. */
const limit = 600_000

const needs: Readonly<Record<Configuration, readonly (string | null)[]>> = {
  embedded: [],
  postgres: [findPostgres() === null ? 'PostgreSQL (Debian: apt install postgresql)' : null],
  cluster: [
    findPostgres() === null ? 'PostgreSQL (Debian: apt install postgresql)' : null,
    findRedis() === null ? 'Redis (Debian: apt install redis-server)' : null,
  ],
}

/** A suite that is left out, saying why, where something is missing; in CI nothing may be. */
function describeConfiguration(configuration: Configuration, suite: () => void): void {
  const missing = needs[configuration].filter((need) => need !== null)
  if (missing.length > 0 && process.env.CI === 'true')
    throw new Error(`unable to torture ${configuration}; there is no ${missing.join(' and no ')}`)
  const name = missing.length === 0 ? configuration : `${configuration} (left out: there is no ${missing.join(' and no ')})`
  describe.skipIf(missing.length > 0)(name, suite)
}

interface Run extends Pick<RunOptions, 'tamper'> {
  readonly configuration: Configuration
  readonly seed: number
  readonly seconds: number
}

async function run({ configuration, seed, seconds, tamper }: Run): Promise<Report & { said: readonly string[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-torture-test-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const said: string[] = []
  const log = new Log(null)
  const readings = await runTorture({
    ...{ seed, configuration, dataDir, log, ...(tamper && { tamper }) },
    enough: (tally) => tally.minutes * 60 >= seconds,
    say: (line) => said.push(line),
  })
  return { ...(await check(log.entries, readings)), said }
}

const seeds: Readonly<Record<Configuration, number>> = { embedded: 1, postgres: 2, cluster: 3 }

for (const configuration of configurations) {
  describeConfiguration(configuration, () => {
    test('through kills, cuts, stops and jumps nothing is lost, doubled, reordered or leaked (D1, D2, D3, E1, E2, O1, O2, O3, C1, C2, P1, P2, P4, S1, S2, S3, S4, B1, B2, B3)', {
      timeout: limit,
    }, async () => {
      const { counts, violations, said } = await run({ configuration, seed: seeds[configuration], seconds: 60 })
      expect(violations, said.join('; ')).toEqual([])
      expect(counts.acknowledged).toBeGreaterThan(100)
      expect(counts.kills).toBeGreaterThan(0)
    })
  })
}

describe('a server that breaks its word makes a run end red', () => {
  /** Of the messages to the group, counted on each connection by itself, some are passed on otherwise than once. */
  const onGroup =
    (copies: (count: number) => number) =>
    (world: () => World | null): (() => Tampering) =>
    () => {
      let count = 0
      const change: Copies = (event, payload) => {
        const { chatId } = (payload.message ?? {}) as { chatId?: string }
        return event === 'new_message' && chatId === world()?.group.id ? copies(++count) : 1
      }
      return copying(change)()
    }

  test('when it leaves out a message (C1)', { timeout: limit }, async () => {
    // Again and again: a connection that is lost afterwards asks for what was missing, and is told.
    const tamper = onGroup((count) => (count % 5 === 0 ? 0 : 1))
    const { violations } = await run({ configuration: 'embedded', seed: 4, seconds: 5, tamper })
    expect(violations).toContainEqual(expect.objectContaining({ rule: 'C1', kind: 'gaps' }))
  })

  test('when it sends a message twice (E2)', { timeout: limit }, async () => {
    const tamper = onGroup((count) => (count === 5 ? 2 : 1))
    const { violations } = await run({ configuration: 'embedded', seed: 5, seconds: 5, tamper })
    expect(violations).toContainEqual(expect.objectContaining({ rule: 'E2', kind: 'doubled' }))
  })

  test('when it acknowledges what it has not stored (D1)', { timeout: limit }, async () => {
    let sends = 0
    const tamper = (_: () => World | null) => acknowledgingUnsent(() => ++sends === 20)
    const { violations } = await run({ configuration: 'embedded', seed: 6, seconds: 5, tamper })
    expect(violations).toContainEqual(expect.objectContaining({ rule: 'D1', kind: 'lost' }))
  })
})

test('in CI the clock can jump and a disk can be full', () => {
  if (process.env.CI !== 'true') return
  expect(findFaketime()).not.toBeNull()
})
