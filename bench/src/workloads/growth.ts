/** What a delivery costs at an everyday rate, as one thing grows and all else stays as it is: members, active chats, servers. */
import type { Load } from '../load/load.ts'
import { type Measurement, measure, underLoad } from '../load/measure.ts'
import { asParley } from '../targets/parley.ts'
import type { Chat, Target } from '../targets/target.ts'
import { type Plan, parleysOf, type RoundResult, scaled, stepOf, type Workload, warmUp } from './workload.ts'

/** A second, whatever grows: far from what one server can do, so that all points are at the same load. */
const deliveries = 10_000
const everydayLoad = `${deliveries.toLocaleString('en')} deliveries/s`
const senders = 10
const membersOfServers = 100
const membersOfChats = 20
/** Messages a second until each chat has been written into. */
const firstRound = 2000

/** The first two of them, and the others as far as the scale goes. */
function stepsWithin(plan: Plan, steps: readonly number[]): number[] {
  const last = scaled(plan, steps.at(-1) ?? 0, 0)
  return steps.filter((step, index) => index < 2 || step <= last)
}

/** In everybody's room on an XMPP server everybody is told of everybody's coming, which says nothing about messages. */
export function growingMembers(plan: Plan): Workload[] {
  const steps = stepsWithin(plan, [10, 100, 1000, 5000])
  const relays = plan.competitors.filter((name) => name === 'socketio' || name === 'ws')
  return [
    {
      ...{ id: 'growth-members', title: `Growth: a chat at ${everydayLoad}, by its members`, steps: 'members' },
      targets: [...parleysOf(plan, 'parley-postgres'), ...relays],
      async prepare(target) {
        const chats: Chat[] = []
        for (const size of steps) chats.push(await target.openGroup(size))
        return () =>
          eachStep(steps, 'members', (size, index) =>
            atEveryday(plan, target, chats[index] as Chat, { warm: (load) => load.saturate(warmth(plan)), rate: deliveries / size }),
          )
      },
    },
  ]
}

/** The same people are in all the chats, so that the number of those that are written into is all that differs. */
export function growingChats(plan: Plan): Workload[] {
  const steps = stepsWithin(plan, [1, 10, 100, 1000, 10_000])
  return [
    {
      ...{ id: 'growth-chats', title: `Growth: ${everydayLoad}, by the chats that they are spread over`, steps: 'chats' },
      targets: parleysOf(plan, 'parley-postgres'),
      async prepare(target) {
        const active = await asParley(target).openChats(steps.at(-1) ?? 0, membersOfChats)
        const rate = deliveries / membersOfChats
        return () =>
          eachStep(steps, 'chats', (count) => {
            const seconds = warmUp(plan) + count / firstRound
            const warm = (load: Load) => load.steady({ seconds, rate: firstRound, senders })
            return atEveryday(plan, target, active(count), { warm, rate })
          })
      },
    },
  ]
}

export function growingServers(plan: Plan): Workload[] {
  const steps = stepsWithin(plan, [1, 2, 4])
  const size = Math.min(membersOfServers, ...plan.members)
  return [
    {
      ...{ id: 'growth-servers', title: `Growth: a chat of ${size} at ${everydayLoad}, by servers`, steps: 'servers' },
      targets: parleysOf(plan, 'parley-cluster'),
      async prepare(target) {
        const parley = asParley(target)
        return () =>
          eachStep(steps, 'servers', async (count) => {
            await parley.resize(count)
            // A new one each time: a server that begins tells once more what was written lately.
            const chat = await parley.openGroup(size)
            const { seconds, ...saturation } = warmth(plan)
            // Each of them becomes as warm as one alone would.
            const warm = (load: Load) => load.saturate({ ...saturation, seconds: count * seconds })
            return await atEveryday(plan, target, chat, { warm, rate: deliveries / size })
          })
      },
    },
  ]
}

const warmth = (plan: Plan) => ({ seconds: warmUp(plan), senders, inFlight: 1 })

async function eachStep(
  steps: readonly number[],
  what: string,
  act: (step: number, index: number) => Promise<Measurement>,
): Promise<RoundResult> {
  const measured: [string, Measurement][] = []
  for (const [index, step] of steps.entries()) measured.push([stepOf(step, what), await act(step, index)])
  return Object.fromEntries(measured)
}

interface Everyday {
  readonly warm: (load: Load) => Promise<unknown>
  /** Messages a second. */
  readonly rate: number
}

function atEveryday({ seconds }: Plan, target: Target, chat: Chat, { warm, rate }: Everyday): Promise<Measurement> {
  return underLoad(target, [chat], async (load) => {
    await warm(load)
    return await measure(target, () => load.steady({ seconds, rate, senders }))
  })
}
