/** W1 once more, with everybody saying how far they have come: what delivered and read marks cost. */

import type { Load } from '../load/load.ts'
import { startMarking } from '../load/marks.ts'
import { type Measurement, measure, underLoad } from '../load/measure.ts'
import type { Room, Window } from '../load/room.ts'
import { asParley } from '../targets/parley.ts'
import type { ParleyChat } from '../targets/parley-chat.ts'
import { everydayRate } from './hot-room.ts'
import { type Plan, parleysOf, type Workload, warmUp } from './workload.ts'

const senders = 10
const inFlight = 10
/** In larger chats nobody is told of marks. */
const largest = 100

export function marks(plan: Plan): Workload[] {
  const { seconds } = plan
  const size = Math.min(largest, ...plan.members)
  return [
    {
      id: 'w1-marks',
      title: `W1: one chat of ${size}, with delivered and read marks`,
      targets: parleysOf(plan),
      async prepare(target) {
        const chat = await asParley(target).openGroup(size)
        const rate = everydayRate(size)
        return () =>
          underLoad(target, [chat], async (load) => {
            await load.saturate({ seconds: warmUp(plan), senders, inFlight })
            const steady = () => load.steady({ seconds, rate, senders })
            const saturate = () => load.saturate({ seconds, senders, inFlight })
            return {
              [`${rate}/s without marks`]: await measure(target, steady),
              [`${rate}/s with marks`]: await marking(chat, load, (act) => measure(target, () => act(steady))),
              'saturated with marks': await marking(chat, load, (act) => measure(target, () => act(saturate))),
            }
          })
      },
    },
  ]
}

/** Lets marks be made for as long as there is load, and counts them. */
async function marking(
  chat: ParleyChat,
  load: Load,
  measured: (act: (load: () => Promise<Window>) => Promise<Window>) => Promise<Measurement>,
): Promise<Measurement> {
  let perSecond = 0
  const measurement = await measured(async (act) => {
    const members = startMarking(chat, load.rooms[0] as Room)
    try {
      const window = await act()
      perSecond = (await members.stop()) / window.seconds
      return window
    } finally {
      await members.stop()
    }
  })
  return { ...measurement, marksPerSecond: perSecond }
}
