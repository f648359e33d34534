/** Which faults come when, as the seed has it. */
import type { Entry, Part } from '../history.ts'
import { createRandom, type Random } from '../random.ts'
import type { Trouble } from './proxy.ts'

/** One node on the embedded database; one on PostgreSQL; two on PostgreSQL and Redis. */
export const configurations = ['embedded', 'postgres', 'cluster'] as const
export type Configuration = (typeof configurations)[number]

export const nodesOf = (configuration: Configuration): number => (configuration === 'cluster' ? 2 : 1)

export type Link = 'clients' | 'database' | 'bus'

export type Fault =
  | { readonly kind: 'kill' | 'stop'; readonly node: number }
  | { readonly kind: 'kill all' }
  | { readonly kind: 'freeze'; readonly part: 'server' | 'database' | 'bus'; readonly node: number; readonly ms: number }
  /** What is away comes back once so many sends have met its absence, or after so many milliseconds. */
  | { readonly kind: 'kill' | 'restart'; readonly part: 'database' | 'bus'; readonly suffering: number; readonly ms: number }
  | {
      readonly kind: 'trouble'
      readonly link: Link
      readonly node: number
      readonly door: number
      readonly trouble: Trouble
      readonly ms: number
    }
  | { readonly kind: 'clock'; readonly node: number; readonly seconds: number }
  | { readonly kind: 'full disk'; readonly ms: number }
  | { readonly kind: 'stall' }

export interface Step {
  /** The moment: so many entries of this kind after the last fault is over. */
  readonly after: { readonly kind: Entry['kind']; readonly count: number }
  readonly fault: Fault
}

/** What can be done here beyond killing; some systems have no way to do it. */
export interface Means {
  readonly clock: boolean
  readonly disk: boolean
}

/** Over how many proxies the clients of a node are spread. */
export const doorsOfNode = 2

type Draw = (random: Random, configuration: Configuration) => Fault

const nodeOf = (random: Random, configuration: Configuration) => random.whole(0, nodesOf(configuration) - 1)
const frozen = (part: 'server' | 'database' | 'bus'): Draw => {
  return (random, configuration) => ({ kind: 'freeze', part, node: nodeOf(random, configuration), ms: random.whole(5000, 30_000) })
}
const gone = (kind: 'kill' | 'restart', part: 'database' | 'bus'): Draw => {
  return (random) => ({ kind, part, suffering: random.whole(1, 12), ms: random.whole(500, 6000) })
}

const troubles: readonly ((random: Random) => Trouble)[] = [
  (random) => ({ kind: 'delay', ms: random.whole(20, 400) }),
  (random) => ({ kind: 'slow', bytesPerSecond: random.whole(2, 64) * 1024 }),
  () => ({ kind: 'silence' }),
  () => ({ kind: 'drop' }),
  () => ({ kind: 'half-open' }),
  () => ({ kind: 'reset' }),
]

const troubled = (link: Link): Draw => {
  return (random, configuration) => {
    const door = random.whole(0, doorsOfNode - 1)
    const trouble = random.pick(troubles)(random)
    return { kind: 'trouble', link, node: nodeOf(random, configuration), door, trouble, ms: random.whole(500, 12_000) }
  }
}

/** Faults and how many of a hundred they are, about. Killing servers comes first and most, since it's what loses messages. */
const draws = (configuration: Configuration, means: Means): readonly (readonly [share: number, draw: Draw])[] => {
  const everywhere: (readonly [number, Draw])[] = [
    [48, (random) => ({ kind: 'kill', node: nodeOf(random, configuration) })],
    [6, (random) => ({ kind: 'stop', node: nodeOf(random, configuration) })],
    [2, frozen('server')],
    [12, troubled('clients')],
    [1, () => ({ kind: 'stall' })],
  ]
  if (means.clock) {
    const seconds = (random: Random) => random.pick([-1, 1]) * random.whole(30, 7200)
    everywhere.push([4, (random) => ({ kind: 'clock', node: nodeOf(random, configuration), seconds: seconds(random) })])
  }
  if (means.disk) everywhere.push([1, (random) => ({ kind: 'full disk', ms: random.whole(1000, 4000) })])
  if (configuration === 'embedded') return everywhere
  const withDatabase: (readonly [number, Draw])[] = [
    [8, gone('kill', 'database')],
    [3, gone('restart', 'database')],
    [1, frozen('database')],
    [10, troubled('database')],
    [3, () => ({ kind: 'kill all' })],
  ]
  if (configuration === 'postgres') return [...everywhere, ...withDatabase]
  return [...everywhere, ...withDatabase, [6, gone('kill', 'bus')], [3, gone('restart', 'bus')], [2, frozen('bus')], [10, troubled('bus')]]
}

function drawn(random: Random, configuration: Configuration, means: Means): Fault {
  const table = draws(configuration, means)
  let place = random.fraction() * table.reduce((sum, [share]) => sum + share, 0)
  for (const [share, draw] of table) {
    place -= share
    if (place < 0) return draw(random, configuration)
  }
  return { kind: 'kill', node: 0 }
}

/**
 * An endless schedule. The moments are told by what clients have just written down, not by a clock: right after a send
 * has left, right after one was acknowledged or seen, when the most is in the air. Between two faults lies `pace` times
 * what it is in short runs.
 */
export function* schedule(seed: number, configuration: Configuration, means: Means, pace: number): Generator<Step, never> {
  const random = createRandom(seed, 'schedule')
  for (;;) {
    const kind = random.pick(['invoke', 'ok', 'seen'] as const)
    const count = Math.ceil(random.whole(1, kind === 'seen' ? 3000 : 600) * pace)
    yield { after: { kind, count }, fault: drawn(random, configuration, means) }
  }
}

/** As it stands in the log and in the progress of a run. */
export function describe(fault: Fault): string {
  if (fault.kind === 'trouble') {
    const { link, node, door, trouble, ms } = fault
    const end = link === 'clients' ? `between node ${node} and its clients at door ${door}` : `between node ${node} and the ${link}`
    return `${isPartition(fault) ? 'partition: ' : ''}${trouble.kind} ${end} for ${ms} ms`
  }
  if (fault.kind === 'freeze')
    return `freeze the ${fault.part}${fault.part === 'server' ? ` of node ${fault.node}` : ''} for ${fault.ms} ms`
  if (fault.kind === 'clock') return `the clock of node ${fault.node} jumps to ${fault.seconds} s off`
  if (fault.kind === 'full disk') return `the disk is full for ${fault.ms} ms`
  if (fault.kind === 'stall') return 'a client stops reading'
  if (fault.kind === 'kill all') return 'kill everything'
  return 'part' in fault ? `${fault.kind} the ${fault.part}` : `${fault.kind} the server of node ${fault.node}`
}

/** Whether two parts are kept from each other though both of them work. */
export const isPartition = (fault: Fault): boolean =>
  fault.kind === 'trouble' && ['silence', 'drop', 'half-open'].includes(fault.trouble.kind)

/** What nobody can count on meanwhile. */
export function partsOf(fault: Fault): readonly Part[] {
  if (fault.kind === 'trouble') return [fault.link]
  if (fault.kind === 'clock') return ['clock']
  if (fault.kind === 'full disk') return ['disk']
  if (fault.kind === 'stall') return []
  if (fault.kind === 'kill all') return ['server', 'database', 'bus']
  return ['part' in fault ? fault.part : 'server']
}
