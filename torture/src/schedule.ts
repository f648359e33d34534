/** Which faults come when, as the seed has it. */
import type { Entry } from './history.ts'
import { createRandom } from './random.ts'

export const databases = ['embedded', 'postgres'] as const
export type DatabaseKind = (typeof databases)[number]

export type Fault = 'kill the server' | 'stop the server' | 'kill the database' | 'restart the database' | 'kill both'

export interface Step {
  /** The moment: so many entries of this kind after the last fault is over. */
  readonly after: { readonly kind: Entry['kind']; readonly count: number }
  readonly fault: Fault
  /** How many refused or unanswered sends to let happen before what is away comes back. */
  readonly suffering: number
}

/** Killing the server comes first and most, since it's what loses messages. */
const faultsOn: Readonly<Record<DatabaseKind, readonly Fault[]>> = {
  embedded: ['kill the server', 'kill the server', 'kill the server', 'kill the server', 'stop the server'],
  postgres: [
    ...Array<Fault>(4).fill('kill the server'),
    ...(['stop the server', 'kill the database', 'kill the database', 'restart the database', 'kill both'] as const),
  ],
}

/**
 * An endless schedule. The moments are told by what clients have just written down, not by a clock: right after a send
 * has left, right after one was acknowledged or seen, when the most is in the air.
 */
export function* schedule(seed: number, database: DatabaseKind): Generator<Step, never> {
  const random = createRandom(seed, 'schedule')
  for (;;) {
    const kind = random.pick(['invoke', 'ok', 'seen'] as const)
    const count = random.whole(1, kind === 'seen' ? 400 : 120)
    yield { after: { kind, count }, fault: random.pick(faultsOn[database]), suffering: random.whole(1, 12) }
  }
}
