/** What the user of the bench asks for. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { groupLimit, serverIn } from './targets/parley.ts'
import { competitorNames } from './targets/target.ts'
import { type WorkloadName, workloadNames } from './workloads/all-workloads.ts'
import type { Plan } from './workloads/workload.ts'

export const usage = `usage: npm run bench -- [--workloads ${workloadNames.join(',')}|all] [--seconds 5] [--rounds 3] [--members 100]
  [--competitors ${competitorNames.join(',')}|all|none] [--database embedded|postgres] [--scale 1] [--before DIR] [--profile DIR] [--write]
  members are those of the chats of W1, several separated by commas; scale is the part of their people and chats that W2 to W8 have,
  and how far growth goes; before is another checkout, whose server is measured beside this one;
  profile is where this one's servers leave their CPU profiles`

export interface Options {
  readonly names: readonly WorkloadName[]
  readonly rounds: number
  readonly write: boolean
  /** Where this checkout's servers leave their CPU profiles. */
  readonly profile: string | null
  readonly plan: Plan
}

/** @throws TypeError that says what is wrong */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      workloads: { type: 'string', default: 'w1' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      members: { type: 'string', default: '100' },
      competitors: { type: 'string', default: 'socketio' },
      database: { type: 'string', default: 'embedded' },
      scale: { type: 'string', default: '1' },
      before: { type: 'string' },
      profile: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const [database] = namesIn('database', values.database, ['embedded', 'postgres'])
  const members = values.members.split(',').map((size) => numberIn('members', size, 2))
  if (database === 'embedded' && Math.max(...members) > groupLimit)
    throw new TypeError(`--members above ${groupLimit}, which is what the API allows, needs --database postgres`)
  return {
    names: namesIn('workloads', values.workloads, workloadNames),
    rounds: numberIn('rounds', values.rounds, 1),
    write: values.write,
    profile: values.profile === undefined ? null : resolve(values.profile),
    plan: {
      seconds: numberIn('seconds', values.seconds, 0.1),
      members,
      competitors: values.competitors === 'none' ? [] : namesIn('competitors', values.competitors, competitorNames),
      database: database as Plan['database'],
      scale: numberIn('scale', values.scale, 0),
      before: values.before === undefined ? null : checkoutIn(values.before),
    },
  }
}

function checkoutIn(given: string): string {
  const checkout = resolve(given)
  if (!existsSync(serverIn(checkout))) throw new TypeError(`--before can't be ${given}; write the directory of another checkout of Parley`)
  return checkout
}

function namesIn<Name extends string>(option: string, given: string, known: readonly Name[]): readonly Name[] {
  if (given === 'all') return known
  return given.split(',').map((name) => {
    const found = known.find((one) => one === name)
    if (found === undefined) throw new TypeError(`--${option} can't be ${name}; write ${known.join(', ')}`)
    return found
  })
}

function numberIn(option: string, given: string, least: number): number {
  const number = Number(given)
  if (!(number >= least)) throw new TypeError(`--${option} can't be ${given}; write a number from ${least} on`)
  return number
}
