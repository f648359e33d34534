/** One run: an installation, people at work, faults as scheduled, and in the end what everybody can read. */

import { setTimeout as pause } from 'node:timers/promises'
import { listChats } from '@parley/protocol/chats'
import { Tormentor } from './faults/inflict.ts'
import type { Tampering } from './faults/proxy.ts'
import { type Configuration, describe, isPartition, type Means, schedule } from './faults/schedule.ts'
import { Installation } from './installation/installation.ts'
import type { Log } from './log.ts'
import { readEverything } from './people/read-everything.ts'
import { request } from './people/rest.ts'
import { Viewer } from './people/viewer.ts'
import { Workload } from './people/workload.ts'
import { chatsOf, createWorld, type World } from './people/world.ts'
import { createRandom } from './random.ts'
import type { Readings } from './readings.ts'
import { Tally } from './tally.ts'

export interface RunOptions {
  readonly seed: number
  readonly configuration: Configuration
  /** How much more happens between two faults than in short runs. */
  readonly pace?: number
  /** An empty directory for data and logs. */
  readonly dataDir: string
  readonly log: Log
  /** Whether it's enough, asked between two faults. */
  readonly enough: (tally: Tally) => boolean
  readonly say: (line: string) => void
  /** Ends the run, and leaves nothing behind. */
  readonly signal?: AbortSignal
  /** Lies between servers and clients; what a server that breaks its word would look like. */
  readonly tamper?: (world: () => World | null) => () => Tampering
}

/** How long the last sends may take to be answered once all faults are over, and devices to catch up then, in milliseconds. */
const settlingLimit = 90_000
/** How long people may be at work between two faults at pace 1, in milliseconds; longer, and nobody gets anywhere. */
const stepLimit = 120_000
/** Between two looks at how much memory the servers hold, in milliseconds. */
const memoryInterval = 1000
const progressInterval = 30_000

/** Who uses the SDK, each on one node. */
const viewing = ['ann', 'ben', 'cat', 'gus']

interface Stage extends RunOptions {
  readonly installation: Installation
  readonly world: World
  readonly workload: Workload
  readonly viewers: readonly Viewer[]
  readonly tally: Tally
}

/** @throws when a server doesn't come back, or where it is ended from outside */
export async function runTorture(options: RunOptions): Promise<Readings> {
  const { configuration, dataDir, log, seed, say } = options
  let world: World | null = null
  const tamper = options.tamper?.(() => world)
  const installation = await Installation.create({ configuration, dataDir, ...(tamper && { tamper }) })
  for (const reason of installation.lacking) say(`left out: ${reason}`)
  try {
    await installation.start()
    world = await createWorld(installation.nodes[0]?.server.url ?? '', log)
    const doors = installation.nodes.flatMap((node, index) =>
      node.doors.map(({ port }) => ({ node: index, url: `http://127.0.0.1:${port}` })),
    )
    const workload = new Workload({ world, doors, log, seed })
    const viewers = viewing.map((name, index) => {
      const url = doors[index % doors.length]?.url ?? ''
      return new Viewer({
        ...{ name: `${name}/sdk`, url, log },
        world: world as World,
        person: (world as World).person(name),
        random: createRandom(seed, `${name}/sdk`),
      })
    })
    const stage = { ...options, installation, world, workload, viewers, tally: new Tally(log) }
    return await unlessAborted(options.signal, torment(stage)).finally(() => {
      workload.close()
      for (const viewer of viewers) viewer.close()
    })
  } finally {
    await installation.remove()
    log.flush()
  }
}

async function torment(stage: Stage): Promise<Readings> {
  const { installation, log, seed, configuration, pace = 1, enough, say, workload, viewers, tally, world } = stage
  await workload.prepare()
  await Promise.all(viewers.map((viewer) => viewer.open()))
  workload.start()
  const viewersWork = Promise.all(viewers.map((viewer) => viewer.work()))
  const memory = setInterval(() => noteMemory(stage), memoryInterval)
  const progress = setInterval(() => say(tally.line()), progressInterval)
  const tormentor = new Tormentor({ installation, log, world, workload })
  try {
    for (const step of schedule(seed, configuration, meansOf(installation), pace)) {
      if (enough(tally)) break
      const { kind, count } = step.after
      await log.next(`${count} times "${kind}"`, (entry) => entry.kind === kind, count, stepLimit * Math.max(1, pace))
      tally.fault(describe(step.fault), isPartition(step.fault))
      await tormentor.inflict(step.fault)
    }
    await tormentor.relent()
    log.write({ kind: 'calm' })
    for (const viewer of viewers) viewer.stop()
    if (!(await within(settlingLimit, Promise.all([workload.stop(), viewersWork])))) say('stuck: somebody still waits for answers')
  } finally {
    clearInterval(memory)
    clearInterval(progress)
  }
  say(tally.line())
  say(await caughtUp(stage))
  for (const viewer of viewers) for (const screen of viewer.screens) screen.write()
  return await readEverything(installation.nodes[0]?.server.url ?? '', world, ({ name }) => workload.device(`${name}/1`).token)
}

async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  signal?.addEventListener('abort', () => aborted.reject(new Error('stopped')), { once: true })
  return await Promise.race([work, aborted.promise])
}

const meansOf = ({ nodes, disk }: Installation): Means => ({ clock: nodes.every(({ clock }) => clock !== null), disk: disk !== null })

function noteMemory({ installation, log }: Stage): void {
  for (const [node, { server }] of installation.nodes.entries()) {
    const bytes = server.memory
    if (bytes !== null) log.write({ kind: 'memory', node, bytes })
  }
}

/** Whether it came to an end in time. */
async function within(limit: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), limit)
  return await Promise.race([work.then(() => true), late.promise]).finally(() => clearTimeout(timer))
}

/** Waits until every device holds everything, or for as long as that may take; the checker judges what they hold. */
async function caughtUp({ installation, world, workload, viewers }: Stage): Promise<string> {
  const url = installation.nodes[0]?.server.url ?? ''
  const heads = new Map<string, number>()
  for (const name of ['ann', 'cat', 'dan', 'gus']) {
    const { chats } = await request(url, workload.device(`${name}/1`).token, listChats, { limit: 100 })
    for (const { id, lastSeq } of chats) heads.set(world.nameOf(id), lastSeq)
  }
  const isBehind = ({ person, follower, line }: Workload['clients'][number]) =>
    !line.open || (person.name !== 'eve' && chatsOf(world, person).some(({ name }) => follower.appliedOf(name) < (heads.get(name) ?? 0)))
  const deadline = performance.now() + settlingLimit
  while (performance.now() < deadline) {
    const late = [
      ...workload.clients.filter(isBehind).map(({ name }) => name),
      ...viewers.flatMap(({ name, screens }) =>
        screens.some(({ chat, appliedSeq }) => appliedSeq < (heads.get(chat.name) ?? 0)) ? [name] : [],
      ),
    ]
    if (late.length === 0) return 'every device holds everything'
    await pause(200)
    if (performance.now() >= deadline) return `behind to the end: ${late.join(', ')}`
  }
  return ''
}
