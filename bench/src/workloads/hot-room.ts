/** W1: one chat, in which ten people write and everybody hears everything. */
import { measure, underLoad } from '../load/measure.ts'
import type { TargetName } from '../targets/target.ts'
import { type Plan, parleyOf, type Workload, warmUp } from './workload.ts'

const senders = 10
const inFlight = 10
/** An everyday rate is what large chats can take as well: so many deliveries a second, and no more messages than that. */
const everydayDeliveries = 10_000
const everydayMessages = 100

export const everydayRate = (size: number): number => Math.min(everydayMessages, Math.ceil(everydayDeliveries / size))

export function hotRooms(plan: Plan): Workload[] {
  return plan.members.map((size) => hotRoom(plan, size, `w1-${size}`, `W1: one chat of ${size}`, [parleyOf(plan), ...plan.competitors]))
}

/** W10: the same chat of a hundred on one server, and on two that share a PostgreSQL and a Redis, with half of its members on each. */
export function twoNodes(plan: Plan): Workload[] {
  const size = Math.min(100, ...plan.members)
  return [hotRoom(plan, size, 'w10', `W10: one chat of ${size}, one node and two`, ['parley-postgres', 'parley-cluster'])]
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
          const jumpsBefore = load.jumps
          const everyday = await measure(target, () => load.steady({ seconds, rate, senders }))
          const jumpsBetween = load.jumps
          const saturated = await measure(target, () => load.saturate({ seconds, senders, inFlight }))
          return {
            saturated: { ...saturated, jumps: load.jumps - jumpsBetween },
            [`${rate}/s`]: { ...everyday, jumps: jumpsBetween - jumpsBefore },
          }
        })
    },
  }
}
