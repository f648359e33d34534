/** W3: people who are connected, each in twenty chats, and say nothing: the memory that one of them takes. */
import { setTimeout as pause } from 'node:timers/promises'
import { forEach } from '../for-each.ts'
import type { Target } from '../targets/target.ts'
import { type Plan, parleysOf, scaled, type Workload } from './workload.ts'

const chatsEach = 20
const groupSize = 100

export function idle(plan: Plan): Workload[] {
  const count = scaled(plan, 5000, 10)
  return [
    {
      id: 'w3',
      title: `W3: ${count} idle connections, each in ${chatsEach} chats (on XMPP servers in none)`,
      targets: [...parleysOf(plan), ...plan.competitors],
      async prepare(target) {
        const connect = await target.openCrowd(count, chatsEach, Math.min(groupSize, count))
        return async () => {
          // Memory that was used once is seldom given back: each round needs a server that has seen nobody.
          await target.restart()
          const before = await settledMemory(target, plan)
          const connections = await forEach(Array.from({ length: count }), (_, person) => connect(person))
          const after = await settledMemory(target, plan)
          for (const connection of connections) connection.close()
          return { idle: { memoryPerConnection: (after - before) / 1024 / count } }
        }
      },
    },
  ]
}

/** What it holds once that changes by less than a hundredth in half a second, or after forty looks at it. Bytes. */
export async function settledMemory(target: Target, { seconds }: Plan): Promise<number> {
  let before = target.memory()
  for (let looks = 0; looks < 40; looks++) {
    await pause(Math.min(500, seconds * 100))
    const now = target.memory()
    if (Math.abs(now - before) < before / 100) return now
    before = now
  }
  return before
}
