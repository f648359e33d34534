/**
 * Torture: real server processes, people at work, and faults from a seed; in the end everything that was acknowledged
 * must be there, once, in its place, and seen by nobody else.
 *
 *   npm run torture -- --seed 7 --minutes 2 --database postgres
 *
 * Prints what the checker counted; ends with code 1 on any violation. The same seed gives the same faults at the same
 * points of the clients' work, and the same choices of each client. What the clients wrote down and what the server
 * printed stays in the directory that is named at the end.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { table } from './checker.ts'
import { runTorture } from './run.ts'
import { type DatabaseKind, databases } from './schedule.ts'

interface Wish {
  readonly seed: number
  readonly minutes: number
  readonly database: DatabaseKind
}

const usage = `usage: npm run torture -- --seed N --minutes M [--database ${databases.join('|')}]`

function readArguments(): Wish {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' }, database: { type: 'string' } } })
  const seed = Number(values.seed)
  const minutes = Number(values.minutes)
  const database = databases.find((kind) => kind === (values.database ?? 'embedded'))
  if (!Number.isInteger(seed) || !(minutes > 0) || database === undefined) throw new Error(usage)
  return { seed, minutes, database }
}

async function main(): Promise<number> {
  const { seed, minutes, database } = readArguments()
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-torture-'))
  const end = performance.now() + minutes * 60_000
  const say = (line: string) => process.stdout.write(`${line}\n`)
  say(`seed ${seed}, ${minutes} minutes, ${database} database; logs in ${dataDir}`)
  const historyPath = join(dataDir, 'history.jsonl')
  const report = await runTorture({ seed, database, dataDir, historyPath, enough: () => performance.now() > end, progress: say })
  say(table(report))
  return report.violations.length === 0 ? 0 : 1
}

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  return 1
})
