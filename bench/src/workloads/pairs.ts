/** W2: five hundred chats of two, in which both write. */
import { measure, underLoad } from '../load/measure.ts'
import { type Plan, parleysOf, scaled, type Workload, warmUp } from './workload.ts'

const senders = 2
const rate = 500

export function pairs(plan: Plan): Workload[] {
  const { seconds } = plan
  const count = scaled(plan, 500, 2)
  return [
    {
      id: 'w2',
      title: `W2: ${count} pairs`,
      targets: [...parleysOf(plan), ...plan.competitors],
      async prepare(target) {
        const chats = await target.openPairs(count)
        return () =>
          underLoad(target, chats, async (load) => {
            await load.saturate({ seconds: warmUp(plan), senders, inFlight: 1 })
            const everyday = await measure(target, () => load.steady({ seconds, rate, senders }))
            const saturated = await measure(target, () => load.saturate({ seconds, senders, inFlight: 1 }))
            return { saturated, [`${rate}/s`]: everyday }
          })
      },
    },
  ]
}
