/**
 * Parley under load, beside others, in turns on the same machine.
 *
 *   npm run bench
 *   npm run bench -- --seconds 5 --rounds 3 --members 100
 *   npm run bench -- --workloads all --members 10,100,250 --competitors all --database postgres --write
 *   npm run bench -- --workloads w1,w2 --competitors none --before ../parley-before
 *
 * Without options it is a chat of a hundred on the embedded database beside raw Socket.IO, which stores nothing. It prints medians
 * and the least and the most of the rounds. Quote ratios: absolute figures are those of the machine, which the generator shares.
 * `--write` keeps what was measured in docs/bench, as JSON and as charts. A run in which a message was lost, came twice, or was
 * confirmed and not stored ends with code 1.
 */
import { join } from 'node:path'
import { revisionOf } from './machine/revision.ts'
import { readOptions, usage } from './options.ts'
import { type RunFacts, writeFiles } from './report/files.ts'
import { tableOf } from './report/table.ts'
import { run } from './run.ts'
import { here } from './targets/parley.ts'
import { workloads } from './workloads/all-workloads.ts'

const directory = join(import.meta.dirname, '../../docs/bench')
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { names, rounds, write, profile, plan } = readOptions(process.argv.slice(2))
  const facts: RunFacts = {
    ...plan,
    ...{ rounds, at: new Date().toISOString(), revision: revisionOf(here) },
    before: plan.before === null ? null : revisionOf(plan.before),
  }
  for (const workload of names.flatMap((name) => workloads[name](plan))) {
    const outcome = await run(workload, { rounds, say, before: plan.before, profile, signal: stopped.signal })
    say(`\n${tableOf(outcome)}\n`)
    if (write) for (const path of writeFiles(directory, outcome, facts)) say(`written: ${path}`)
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${error instanceof TypeError ? `${usage}\n` : ''}`)
  process.exitCode = 1
}
