/** W5: everybody comes back at the same moment and catches up on a hundred messages, while others talk. */
import { setTimeout as pause } from 'node:timers/promises'
import { forEach } from '../for-each.ts'
import { Latencies } from '../load/latencies.ts'
import { measure, underLoad } from '../load/measure.ts'
import { asParley, type ParleyTarget } from '../targets/parley.ts'
import type { ParleyChat } from '../targets/parley-chat.ts'
import type { SocketIoLine } from '../targets/socket-io-line.ts'
import { numberMark, silent, textOf } from '../targets/target.ts'
import { type Plan, parleysOf, scaled, type Workload } from './workload.ts'

const groupSize = 100
const missed = 100
/** What the server says in `retryAfter`, in milliseconds. */
const putOffMs = 2000
const mostTries = 20
/** A command is refused for now; or nobody can be let in for now, which is said by closing. */
const puttingOff = /"retryAfter":|closed the WebSocket/
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

/** Comes back and asks again for as long as the server puts it off, as every client has to; all of that counts. */
async function comeBack(chat: ParleyChat, member: number, head: number, back: Latencies): Promise<void> {
  const begun = performance.now()
  for (let tried = 1; !(await catchUp(chat, member, head, tried < mostTries)); tried++) await pause(putOffMs * (0.5 + Math.random()))
  back.add(performance.now() - begun)
}

/** Connects and asks for what was missed, which has to be every message, once. false where the server puts it off and that may be. */
async function catchUp(chat: ParleyChat, member: number, head: number, mayBePutOff: boolean): Promise<boolean> {
  let line: SocketIoLine | undefined
  try {
    line = await chat.connect(member, silent)
    const answer = await line.ask('sync', { chats: { [chat.id]: head } })
    const numbers = answer.match(new RegExp(`${numberMark}\\d+`, 'g')) ?? []
    if (numbers.length === missed && new Set(numbers).size === missed) return true
    throw new Error(
      `the run does not count: somebody caught up on ${new Set(numbers).size} of ${missed} messages, in ${numbers.length} copies`,
    )
  } catch (error) {
    if (mayBePutOff && puttingOff.test((error as Error).message)) return false
    throw error
  } finally {
    line?.close()
  }
}
