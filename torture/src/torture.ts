/**
 * Torture: real server processes, people at work, and faults from a seed; in the end everything that was acknowledged
 * must be there, once, in its place, on every device, and seen by nobody else.
 *
 *   npm run torture -- --seed 7 --minutes 2 --configuration cluster
 *   npm run torture -- --seed 7 --minutes 30 --sends 200000 --kills 200 --pace 3 --configuration embedded
 *   npm run torture -- --check directory
 *
 * A run ends when minutes, sends and kills are all reached; at pace 3 three times as much happens between two faults. It
 * prints what the checker counted, and ends with code 1 on any violation. The same seed gives the same faults at the same
 * points of the clients' work, and the same choices of each client. What the clients wrote down, what everybody read in the end and what the servers printed stays in the
 * directory that is named first; `--check` judges such a directory once more.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { check, table } from './checker.ts'
import { type Configuration, configurations } from './faults/schedule.ts'
import { Log, readLog } from './log.ts'
import type { Readings } from './readings.ts'
import { runTorture } from './run.ts'

interface Wish {
  readonly seed: number
  readonly minutes: number
  readonly sends: number
  readonly kills: number
  readonly pace: number
  readonly configuration: Configuration
}

const usage = `usage: npm run torture -- --seed N --minutes M [--sends N] [--kills N] [--pace P] [--configuration ${configurations.join('|')}]
   or: npm run torture -- --check directory`

/** A run that can't reach its goals ends after so many times the minutes wished for. */
const mostTimes = 4

const say = (line: string) => process.stdout.write(`${line}\n`)
const text = { type: 'string' } as const
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: text, minutes: text, sends: text, kills: text, pace: text, configuration: text, check: text },
  })
  if (values.check !== undefined) return await judge(values.check)
  const seed = Number(values.seed)
  const minutes = Number(values.minutes)
  const [sends, kills, pace] = [Number(values.sends ?? 0), Number(values.kills ?? 0), Number(values.pace ?? 1)]
  const configuration = configurations.find((one) => one === (values.configuration ?? 'embedded'))
  if (!Number.isInteger(seed) || !(minutes > 0) || Number.isNaN(sends + kills) || !(pace > 0) || configuration === undefined)
    throw new Error(usage)
  return await torture({ seed, minutes, sends, kills, pace, configuration })
}

async function torture({ seed, minutes, sends, kills, pace, configuration }: Wish): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-torture-'))
  say(`seed ${seed}, ${configuration}: ${minutes} minutes, ${sends} sends and ${kills} kills at least, pace ${pace}; logs in ${dataDir}`)
  const log = new Log(join(dataDir, 'history.jsonl'))
  const readings = await runTorture({
    ...{ seed, configuration, pace, dataDir, log, say, signal: stopped.signal },
    enough: (tally) => tally.minutes >= minutes * mostTimes || (tally.minutes >= minutes && tally.sends >= sends && tally.kills >= kills),
  })
  log.close()
  writeFileSync(join(dataDir, 'readings.json'), JSON.stringify(readings))
  return await judge(dataDir)
}

async function judge(directory: string): Promise<number> {
  const readings = JSON.parse(readFileSync(join(directory, 'readings.json'), 'utf8')) as Readings
  const report = await check(readLog(join(directory, 'history.jsonl')), readings)
  say(table(report))
  return report.violations.length === 0 ? 0 : 1
}

async function outcome(): Promise<number> {
  try {
    return await main()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
}

const code = await outcome()
// Not by itself: tidying up after hundreds of connections that broke in every way, Node has been seen to turn in a circle.
process.stdout.write('', () => process.exit(code))
