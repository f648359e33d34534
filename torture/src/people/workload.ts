/** Everybody at work at once, each device with several things in hand. */
import type { Log } from '../log.ts'
import { createRandom, type Random } from '../random.ts'
import { type Act, type Actor, acts } from './acts.ts'
import { Client } from './client.ts'
import type { Door } from './line.ts'
import { chatsOf, type World } from './world.ts'

export interface WorkloadOptions {
  readonly world: World
  readonly doors: readonly Door[]
  readonly log: Log
  readonly seed: number
}

/** How many things a device does at the same time. */
const hands = 3
/** Between two acts of one hand, in milliseconds, so that the machine isn't all that is tortured. */
const rest = { from: 10, to: 60 }
/** Who only talks or listens in one chat, as the runner says. */
const others = ['fay', 'gus']

const shares = acts.reduce((sum, [share]) => sum + share, 0)

function choose(random: Random): Act {
  let place = random.fraction() * shares
  const chosen = acts.find(([share]) => {
    place -= share
    return place < 0
  })
  return (chosen ?? (acts[0] as (typeof acts)[number]))[1]
}

export class Workload {
  readonly clients: readonly Client[]
  readonly #actors: readonly Actor[]
  #loops: readonly Promise<void>[] = []
  #stopping = false

  constructor({ world, doors, log, seed }: WorkloadOptions) {
    let texts = 0
    this.#actors = world.people.flatMap((person) => {
      const newClient = (device: number) =>
        new Client({ world, person, device, doors, random: createRandom(seed, `${person.name}/${device} on the line`), log })
      const devices = [newClient(1), newClient(2)] as const
      const shared = { world, chats: chatsOf(world, person), sent: [] }
      return devices.map((client, index) => ({
        ...shared,
        client,
        twin: devices[1 - index] as Client,
        random: createRandom(seed, client.name),
        newText: () => `${client.name}#${++texts}`,
      }))
    })
    this.clients = this.#actors.map(({ client }) => client)
  }

  /** Gives each second device a session of its own, so that the end of one isn't the end of both. */
  async prepare(): Promise<void> {
    await Promise.all(this.clients.filter(({ name }) => name.endsWith('/2')).map((client) => client.logIn()))
    await Promise.all(this.clients.map(({ line }) => line.online()))
  }

  start(): void {
    const busy = this.#actors.filter(({ chats, client }) => chats.length > 0 && !others.includes(client.person.name))
    this.#loops = busy.flatMap((actor) => Array.from({ length: hands }, () => this.#loop(actor)))
  }

  device(name: string): Client {
    const found = this.clients.find((client) => client.name === name)
    if (found === undefined) throw new Error(`unable to go on; there is no device ${name}`)
    return found
  }

  /** Begins nothing new; resolves when all that was begun is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#loops)
  }

  /** Gives up whatever waits for an answer. */
  close(): void {
    this.#stopping = true
    for (const client of this.clients) client.close()
  }

  async #loop(actor: Actor): Promise<void> {
    while (!this.#stopping) {
      await choose(actor.random)(actor)
      await new Promise((resolve) => setTimeout(resolve, actor.random.whole(rest.from, rest.to)))
    }
  }
}
