/** W5: everybody comes back at the same moment and catches up on a hundred messages, while others talk. */
import { forEach } from '../for-each.ts'
import { Latencies } from '../load/latencies.ts'
import { measure, underLoad } from '../load/measure.ts'
import { asParley, type ParleyTarget } from '../targets/parley.ts'
import type { ParleyChat } from '../targets/parley-chat.ts'
import { numberMark, silent, textOf } from '../targets/target.ts'
import { type Plan, parleysOf, scaled, type Workload } from './workload.ts'

const groupSize = 100
const missed = 100
const live = { members: 10, rate: 50, senders: 10 }

export function returnAtOnce(plan: Plan): Workload[] {
  const people = scaled(plan, 2000, 10)
  const size = Math.min(groupSize, people)
  const groups = Math.ceil(people / size)
  return [
    {
      id: 'w5',
      title: `W5: ${groups * size} return at once, each to ${missed} missed messages`,
      targets: parleysOf(plan),
      async prepare(target) {
        const parley = asParley(target)
        const away: ParleyChat[] = []
        while (away.length < groups) away.push(await parley.openGroup(size))
        const talking = await parley.openGroup(live.members)
        return () => round(parley, away, talking, plan.seconds)
      },
    },
  ]
}

async function round(parley: ParleyTarget, away: readonly ParleyChat[], talking: ParleyChat, seconds: number) {
  const heads = await forEach(away, (chat) => chat.head())
  // One chat after the other, as they were opened: more at once than the server takes is refused (B2).
  for (const chat of away) await writeMissed(chat)
  return await underLoad(parley, [talking], async (load) => {
    const { rate, senders } = live
    const quiet = await measure(parley, () => load.steady({ seconds, rate, senders }))
    const back = new Latencies()
    const begun = performance.now()
    const everybody = away.flatMap((chat, index) => chat.people.map((_, member) => comeBack(chat, member, heads[index] as number, back)))
    const returned = Promise.all(everybody).then(() => (performance.now() - begun) / 1000)
    const measuring = measure(parley, () => load.steady({ seconds: 0, rate, senders, until: returned }))
    const [allBackSeconds, loud] = await Promise.all([returned, measuring])
    return { 'before the return': quiet, 'during the return': { ...loud, allBackSeconds, backP99: back.quantile(0.99) } }
  })
}

async function writeMissed(chat: ParleyChat): Promise<void> {
  const numbers = Array.from({ length: missed }, (_, number) => number)
  const [writer] = chat.people
  await forEach(numbers, async (number) => writer?.client.messages.sendMessage({ chatId: chat.id, content: textOf(number) }))
}

/** Connects and asks for what was missed, which has to be every message, once. */
async function comeBack(chat: ParleyChat, member: number, head: number, back: Latencies): Promise<void> {
  const begun = performance.now()
  const line = await chat.connect(member, silent)
  try {
    const answer = await line.ask('sync', { chats: { [chat.id]: head } })
    const numbers = answer.match(new RegExp(`${numberMark}\\d+`, 'g')) ?? []
    if (numbers.length !== missed || new Set(numbers).size !== missed)
      throw new Error(
        `the run does not count: somebody caught up on ${new Set(numbers).size} of ${missed} messages, in ${numbers.length} copies`,
      )
    back.add(performance.now() - begun)
  } finally {
    line.close()
  }
}
