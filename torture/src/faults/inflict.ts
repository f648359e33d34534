/** Does to an installation what a schedule says, and makes it good again. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Entry } from '../history.ts'
import type { Installation } from '../installation/installation.ts'
import type { Log } from '../log.ts'
import type { Client } from '../people/client.ts'
import { longText } from '../people/labels.ts'
import type { Workload } from '../people/workload.ts'
import type { World } from '../people/world.ts'
import type { TcpProxy } from './proxy.ts'
import { describe, type Fault, partsOf } from './schedule.ts'

export interface Stage {
  readonly installation: Installation
  readonly log: Log
  readonly world: World
  readonly workload: Workload
}

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>

const isSuffering = (entry: Entry) => entry.kind === 'info' || (entry.kind === 'fail' && entry.retryable)

export class Tormentor {
  readonly #stage: Stage
  /** What goes on beside other faults, by the proxy that it's done to. */
  readonly #lasting = new Map<TcpProxy, Promise<void>>()
  readonly #over = new AbortController()
  #number = 0

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Resolves when what was away is back; troubles on the wire go on meanwhile. */
  async inflict(fault: Fault): Promise<void> {
    if (fault.kind === 'trouble') this.#trouble(fault)
    else await this.#during(fault, () => this.#act(fault))
  }

  /** Ends what still goes on. */
  async relent(): Promise<void> {
    this.#over.abort()
    await Promise.all(this.#lasting.values())
    for (const { clock } of this.#stage.installation.nodes) clock?.set(0)
  }

  async #during(fault: Fault, act: () => Promise<void>): Promise<void> {
    const fact = { kind: 'fault' as const, what: describe(fault), number: ++this.#number, away: partsOf(fault) }
    this.#stage.log.write({ ...fact, phase: 'begin' })
    try {
      await act()
    } finally {
      this.#stage.log.write({ ...fact, phase: 'end' })
    }
  }

  #act(fault: Exclude<Fault, Of<'trouble'>>): Promise<void> {
    if (fault.kind === 'freeze') return this.#freeze(fault)
    if (fault.kind === 'clock') return this.#jump(fault)
    if (fault.kind === 'full disk') return this.#fillDisk(fault)
    if (fault.kind === 'stall') return this.#stall()
    if (fault.kind === 'kill all') return this.#killAll()
    return 'part' in fault ? this.#takeAway(fault) : this.#endServer(fault)
  }

  async #endServer({ kind, node }: Extract<Fault, { node: number; kind: 'kill' | 'stop' }>): Promise<void> {
    const { server } = this.#node(node)
    if (kind === 'kill') await server.kill()
    else this.#stage.log.write({ kind: 'exit', code: await server.stop() })
    await server.start()
  }

  async #killAll(): Promise<void> {
    const { nodes, database, bus } = this.#stage.installation
    await Promise.all([...nodes.map(({ server }) => server.kill()), database?.kill(), bus?.kill()])
    await Promise.all([database?.restart(), bus?.restart()])
    await Promise.all(nodes.map(({ server }) => server.start()))
  }

  /** The servers must get over it by themselves. */
  async #takeAway({ kind, part, suffering, ms }: Extract<Fault, { suffering: number }>): Promise<void> {
    const { installation, log } = this.#stage
    const service = installation[part]
    // Without the bus nobody suffers, so only time can tell.
    const suffered = part === 'bus' ? pause(ms) : Promise.race([log.next('sends that meet the absence', isSuffering, suffering), pause(ms)])
    await (kind === 'kill' ? service?.kill() : service?.halt())
    await suffered
    await service?.restart()
    await this.#ready()
  }

  async #freeze({ part, node, ms }: Of<'freeze'>): Promise<void> {
    const frozen = part === 'server' ? this.#node(node).server : this.#stage.installation[part]
    frozen?.freeze()
    await pause(ms)
    frozen?.thaw()
    await this.#ready()
  }

  async #jump({ node, seconds }: Of<'clock'>): Promise<void> {
    this.#node(node).clock?.set(seconds)
    // It is read once a second.
    await pause(1500)
  }

  /** Whoever can't store anything may end; nobody may forget anything. */
  async #fillDisk({ ms }: Of<'full disk'>): Promise<void> {
    const { disk, nodes, database } = this.#stage.installation
    disk?.fill()
    await pause(ms)
    disk?.empty()
    // What a full disk has left half alive is started anew, as an operator would.
    await database?.restart()
    for (const { server } of nodes) if (!(await server.recovers())) await server.start()
  }

  /** Gus' second device takes nothing more while fay says more than a server can keep. */
  async #stall(): Promise<void> {
    const { workload, world, log } = this.#stage
    const [sleeper, speaker] = [workload.device('gus/2'), workload.device('fay/1')]
    await sleeper.line.online()
    const wake = sleeper.line.stopReading()
    log.write({ kind: 'stalled', client: sleeper.name })
    // It may be cut off by another fault as well, long before it reads again.
    const isClosed = (entry: Entry) => entry.kind === 'disconnected' && entry.client === sleeper.name
    const closed = log.next('a client that did not read to be closed', isClosed, 1, stallLimit)
    const missed = await overwhelm(speaker, world, `loud-${this.#number}`)
    log.write({ kind: 'resumed', client: sleeper.name, missed })
    wake()
    await closed
    await sleeper.line.online()
  }

  #trouble(fault: Of<'trouble'>): void {
    const proxy = this.#stage.installation.link(fault.link, fault.node, fault.door)
    if (proxy === null || this.#lasting.has(proxy)) return
    const lasting = this.#during(fault, async () => {
      proxy.begin(fault.trouble)
      if (fault.trouble.kind !== 'reset') await pause(fault.ms, undefined, { signal: this.#over.signal }).catch(() => undefined)
      proxy.end()
    }).finally(() => this.#lasting.delete(proxy))
    this.#lasting.set(proxy, lasting)
  }

  async #ready(): Promise<void> {
    await Promise.all(this.#stage.installation.nodes.map(({ server }) => server.ready()))
  }

  #node(index: number): Installation['nodes'][number] {
    const node = this.#stage.installation.nodes[index]
    if (node === undefined) throw new Error(`unable to torture; there is no node ${index}`)
    return node
  }
}

/** More than a server keeps for one client, and than networks keep on the way. */
const sends = 4000
const characters = 9_900
const atOnce = 25
/** How long all of that may take until the one who doesn't read is cut off, in milliseconds. */
const stallLimit = 300_000

/** @returns how many characters were acknowledged */
async function overwhelm(speaker: Client, world: World, label: string): Promise<number> {
  let next = 0
  let stored = 0
  const speak = async () => {
    while (next < sends) {
      const text = longText(`${label}#${next++}`, characters)
      const outcome = await speaker.send(world.loud, text)
      if (outcome?.kind === 'ok') stored += text.length
    }
  }
  await Promise.all(Array.from({ length: atOnce }, speak))
  return stored
}
