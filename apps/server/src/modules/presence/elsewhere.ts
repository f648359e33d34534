import { z } from 'zod'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'

interface Parts {
  readonly bus: Bus
  readonly cluster: Cluster
  readonly log: Log
  /** They are on another node, and were on none. */
  came(userIds: readonly string[]): void
  /** They are on no other node any more, as that one says. */
  left(userIds: readonly string[]): void
  /** Nobody knows of them any more: their node is gone, or can't be heard. */
  lost(userIds: readonly string[], nodeIsGone: boolean): void
}

const topic = 'presence'
const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('changed'), node: z.string(), count: z.int(), came: z.array(z.string()), left: z.array(z.string()) }),
  // Nothing changed, or else the last change is what got lost.
  z.object({ kind: z.literal('counted'), node: z.string(), count: z.int() }),
  z.object({ kind: z.literal('all'), node: z.string(), count: z.int(), people: z.array(z.string()) }),
  // Of whom it's asked; null is everybody.
  z.object({ kind: z.literal('ask'), node: z.string(), of: z.string().nullable() }),
])
type Heard<K> = Extract<z.output<typeof Message>, { kind: K }>

interface Node {
  /** The number of the last change heard; null until its people are known. */
  count: number | null
  people: ReadonlySet<string>
}

/** How long people elsewhere are believed to be there while nothing can be heard of them, in milliseconds. */
const believedMs = 3_000
/** How often each node says how many changes there were, in milliseconds: what the bus lost is found by then (S3). */
const countEveryMs = 10_000

/** Who is on the other nodes, as each says of its own people, and what it says of those here. */
export class Elsewhere {
  readonly #parts: Parts
  readonly #own = new Set<string>()
  readonly #nodes = new Map<string, Node>()
  #count = 0
  #deaf: NodeJS.Timeout | undefined
  #counting: NodeJS.Timeout | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  has(userId: string): boolean {
    for (const { people } of this.#nodes.values()) if (people.has(userId)) return true
    return false
  }

  /** Somebody is on this node. */
  come(userId: string): void {
    if (this.#own.has(userId)) return
    this.#own.add(userId)
    this.#change({ came: [userId], left: [] })
  }

  /** They are not any more. */
  leave(userId: string): void {
    if (this.#own.delete(userId)) this.#change({ came: [], left: [userId] })
  }

  /** Hears the others; returns what ends that. */
  async start(): Promise<() => Promise<void>> {
    const { bus, cluster, log } = this.#parts
    if (!bus.shared) return async () => undefined
    cluster.onNodeCame((nodeId) => this.#ask(nodeId))
    cluster.onNodeGone((nodeId) => this.#forget(nodeId, true))
    const stopFollowing = bus.onState((state) => (state === 'up' ? this.#catchUp() : this.#goDeaf()))
    const stopHearing = await bus.subscribe(topic, (message) => {
      const read = Message.safeParse(message)
      if (!read.success) log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
      else if (cluster.liveNodes().includes(read.data.node) && read.data.node !== cluster.nodeId) this.#hear(read.data)
    })
    this.#counting = setInterval(() => this.#publish({ kind: 'counted', count: this.#count }), countEveryMs)
    return async () => {
      clearTimeout(this.#deaf)
      clearInterval(this.#counting)
      stopFollowing()
      await stopHearing()
    }
  }

  #hear(message: z.output<typeof Message>): void {
    if (message.kind === 'ask') {
      if (message.of === null || message.of === this.#parts.cluster.nodeId) this.#tellAll()
    } else if (message.kind === 'all') this.#replace(message)
    else if (message.kind === 'changed') this.#follow(message)
    else if (message.count !== this.#nodes.get(message.node)?.count) this.#ask(message.node)
  }

  #follow({ node: nodeId, count, came, left }: Heard<'changed'>): void {
    const node = this.#nodes.get(nodeId)
    // What is missing was asked for already.
    if (node?.count === null) return
    if (node === undefined || count !== node.count + 1) {
      if (node !== undefined) node.count = null
      this.#ask(nodeId)
      return
    }
    node.count = count
    const people = new Set([...node.people, ...came])
    for (const userId of left) people.delete(userId)
    this.#set(node, people, (gone) => this.#parts.left(gone))
  }

  #replace({ node: nodeId, count, people }: Heard<'all'>): void {
    const node = this.#nodes.get(nodeId) ?? { count, people: new Set() }
    this.#nodes.set(nodeId, node)
    node.count = count
    this.#set(node, new Set(people), (gone) => this.#parts.left(gone))
  }

  /** A node's people from now on; each way it's only told of who is on no other node. */
  #set(node: Node, people: ReadonlySet<string>, tellGone: (userIds: readonly string[]) => void): void {
    const before = node.people
    const came = [...people].filter((userId) => !before.has(userId) && !this.has(userId))
    node.people = people
    const gone = [...before].filter((userId) => !people.has(userId) && !this.has(userId))
    if (came.length > 0) this.#parts.came(came)
    if (gone.length > 0) tellGone(gone)
  }

  #forget(nodeId: string, nodeIsGone: boolean): void {
    const node = this.#nodes.get(nodeId)
    if (node === undefined) return
    this.#set(node, new Set(), (gone) => this.#parts.lost(gone, nodeIsGone))
    this.#nodes.delete(nodeId)
  }

  #catchUp(): void {
    clearTimeout(this.#deaf)
    this.#tellAll()
    this.#ask(null)
  }

  #goDeaf(): void {
    clearTimeout(this.#deaf)
    this.#deaf = setTimeout(() => {
      for (const nodeId of [...this.#nodes.keys()]) this.#forget(nodeId, false)
    }, believedMs)
  }

  #ask(of: string | null): void {
    this.#publish({ kind: 'ask', of })
  }

  #tellAll(): void {
    this.#publish({ kind: 'all', count: this.#count, people: [...this.#own] })
  }

  #change(change: { readonly came: readonly string[]; readonly left: readonly string[] }): void {
    this.#count++
    this.#publish({ kind: 'changed', count: this.#count, ...change })
  }

  #publish(message: object): void {
    const { bus, cluster, log } = this.#parts
    if (!bus.shared) return
    // Whoever misses it finds a number missing, or asks when the bus is back.
    bus
      .publish(topic, { ...message, node: cluster.nodeId })
      .catch((error: unknown) => log.debug({ err: error }, 'the bus took no presence'))
  }
}
