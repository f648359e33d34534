/** W8: a person who is in five thousand chats: how soon the list is there, on a device that knew it and on a new one. */
import { setTimeout as pause } from 'node:timers/promises'
import { type ChatListView, createClient, memoryStore, type Store } from '@parley/client'
import { forEach } from '../for-each.ts'
import { countBytes } from '../load/byte-counter.ts'
import type { Measurement } from '../load/measure.ts'
import { asParley, type ParleyTarget } from '../targets/parley.ts'
import { group, type Person } from '../targets/people.ts'
import { silent } from '../targets/target.ts'
import { settledMemory } from './idle.ts'
import { type Plan, parleysOf, scaled, type Workload } from './workload.ts'

const others = 20
/** How many chats have something new when the device that knew the list comes back. */
const changed = 10
/** The memory of one connection can't be seen; that of so many of the same person can. */
const devices = 50
/** `sync` goes back by half a minute from where a device was: chats that are younger would be told again. In milliseconds. */
const settling = 31_000

export function manyChats(plan: Plan): Workload[] {
  const count = scaled(plan, 5000, 20)
  return [
    {
      id: 'w8',
      title: `W8: a person in ${count} chats`,
      targets: parleysOf(plan),
      async prepare(target) {
        const parley = asParley(target)
        const [person, ...acquaintances] = (await parley.people(1 + others)) as [Person, ...Person[]]
        const chatIds = await forEach(Array.from({ length: count }), async (_, index) => {
          const other = acquaintances[index % others] as Person
          const chatId = await group([person, other])
          await say(other, chatId)
          return chatId
        })
        await pause(settling * Math.min(1, plan.scale))
        const news = () => forEach(chatIds.slice(0, changed), (chatId, index) => say(acquaintances[index % others] as Person, chatId))
        return () => round(parley, person, { plan, count, news, connections: scaled(plan, devices, 5) })
      },
    },
  ]
}

interface Chats {
  readonly plan: Plan
  readonly count: number
  readonly news: () => Promise<unknown>
  readonly connections: number
}

async function round(parley: ParleyTarget, person: Person, { plan, count, news, connections }: Chats) {
  await parley.restart()
  const store = memoryStore()
  const cold = await open(parley, person, store, count)
  await news()
  const warm = await open(parley, person, store, count)
  const before = await settledMemory(parley, plan)
  const lines = await forEach(Array.from({ length: connections }), () => parley.connect(person, [], silent))
  const memoryPerConnection = ((await settledMemory(parley, plan)) - before) / 1024 / connections
  for (const line of lines) line.close()
  return { 'a new device': cold, 'a device that knew it': { ...warm, memoryPerConnection } }
}

async function say(person: Person, chatId: string): Promise<void> {
  await person.client.messages.sendMessage({ chatId, content: 'Hello' })
}

/** From nothing, or from what is in the store, until the list is complete. */
async function open(parley: ParleyTarget, person: Person, store: Store, count: number): Promise<Measurement> {
  const counter = await countBytes(parley.port)
  const client = createClient({ url: `http://127.0.0.1:${counter.port}`, tokenStore: person.tokens, store, timeoutMs: 60_000 })
  try {
    const begun = performance.now()
    const list = client.chatList()
    await complete(list, count)
    const readyMs = performance.now() - begun
    const receivedKilobytes = counter.received() / 1024
    await client.flush()
    return { readyMs, receivedKilobytes }
  } finally {
    client.close()
    await counter.close()
  }
}

async function complete(list: ChatListView, count: number): Promise<void> {
  const live = Promise.withResolvers<void>()
  const look = () => {
    if (list.current.state === 'live') live.resolve()
  }
  list.subscribe(look)
  look()
  await live.promise
  if (list.current.chats.length !== count)
    throw new Error(`the run does not count: the list holds ${list.current.chats.length} of ${count} chats`)
}
