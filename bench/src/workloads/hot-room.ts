/** W1: one chat, in which ten people write and everybody hears everything. */
import type { Load } from '../load/load.ts'
import { type Measurement, measure, underLoad } from '../load/measure.ts'
import type { TargetName } from '../targets/target.ts'
import { type Plan, parleysOf, type Workload, warmUp } from './workload.ts'

const senders = 10
const inFlight = 10
/** An everyday rate is what large chats can take as well: so many deliveries a second, and no more messages than that. */
const everydayDeliveries = 10_000
const everydayMessages = 100

export const everydayRate = (size: number): number => Math.min(everydayMessages, Math.ceil(everydayDeliveries / size))

export function hotRooms(plan: Plan): Workload[] {
  const on = plan.database === 'embedded' ? '-embedded' : ''
  return plan.members.map((size) =>
    hotRoom(plan, size, `w1-${size}${on}`, `W1: one chat of ${size}`, [...parleysOf(plan), ...plan.competitors]),
  )
}

/** W10: the same chat of a hundred on one server, and on two that share a PostgreSQL and a Redis, with half of its members on each. */
export function twoNodes(plan: Plan): Workload[] {
  const size = Math.min(100, ...plan.members)
  return [
    hotRoom(plan, size, 'w10', `W10: one chat of ${size}, one node and two`, [
      ...parleysOf(plan, 'parley-postgres'),
      ...parleysOf(plan, 'parley-cluster'),
    ]),
  ]
}

function hotRoom(plan: Plan, size: number, id: string, title: string, targets: readonly TargetName[]): Workload {
  const { seconds } = plan
  return {
    ...{ id, title, targets },
    async prepare(target) {
      const chat = await target.openGroup(size)
      const rate = everydayRate(size)
      return () =>
        underLoad(target, [chat], async (load) => {
          await load.saturate({ seconds: warmUp(plan), senders, inFlight })
          const everyday = await inOrder(load, () => measure(target, () => load.steady({ seconds, rate, senders })))
          const saturated = await inOrder(load, () => measure(target, () => load.saturate({ seconds, senders, inFlight })))
          return { saturated, [`${rate}/s`]: everyday }
        })
    },
  }
}

/** Says how often somebody got something else than what comes next, where the server numbers messages. */
async function inOrder(load: Load, act: () => Promise<Measurement>): Promise<Measurement> {
  const before = load.jumps
  const measurement = await act()
  return load.numbered ? { ...measurement, jumps: load.jumps - before } : measurement
}
