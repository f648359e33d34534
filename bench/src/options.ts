/** What the user of the bench asks for. */
import { parseArgs } from 'node:util'
import { groupLimit } from './targets/parley.ts'
import { competitorNames } from './targets/target.ts'
import { type WorkloadName, workloadNames } from './workloads/all-workloads.ts'
import type { Plan } from './workloads/workload.ts'

export const usage = `usage: npm run bench -- [--workloads ${workloadNames.join(',')}|all] [--seconds 5] [--rounds 3] [--members 100]
  [--competitors ${competitorNames.join(',')}|all|none] [--database embedded|postgres] [--scale 1] [--write]
  members are those of the chats of W1, several separated by commas; scale is the part of their people and chats that W2 to W8 have`

export interface Options {
  readonly names: readonly WorkloadName[]
  readonly rounds: number
  readonly write: boolean
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
    plan: {
      seconds: numberIn('seconds', values.seconds, 0.1),
      members,
      competitors: values.competitors === 'none' ? [] : namesIn('competitors', values.competitors, competitorNames),
      database: database as Plan['database'],
      scale: numberIn('scale', values.scale, 0),
    },
  }
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
