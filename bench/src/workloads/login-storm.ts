/** W6: people talk at a fixed rate while others log in as fast as passwords can be compared, with the rounds of production. */
import { createClient } from '@parley/client'
import { measure, underLoad } from '../load/measure.ts'
import { asParley } from '../targets/parley.ts'
import { type Person, password } from '../targets/people.ts'
import { type Plan, parleysOf, scaled, type Workload, warmUp } from './workload.ts'

const senders = 10
const rate = 500
const bcryptRounds = '12'
const atOnce = 8

export function loginStorm(plan: Plan): Workload[] {
  const { seconds } = plan
  const size = Math.min(100, ...plan.members)
  return [
    {
      id: 'w6',
      title: `W6: one chat of ${size} at ${rate}/s, and a storm of logins`,
      targets: parleysOf(plan),
      async prepare(target) {
        const parley = asParley(target)
        const chat = await parley.openGroup(size)
        // Whoever registers from now on has a password as production keeps it.
        await parley.restart({ BCRYPT_ROUNDS: bcryptRounds })
        const others = await parley.people(scaled(plan, atOnce, 2))
        return () =>
          underLoad(parley, [chat], async (load) => {
            await load.steady({ seconds: warmUp(plan), rate, senders })
            const quiet = await measure(parley, () => load.steady({ seconds, rate, senders }))
            const storm = startStorm(parley.url, others)
            try {
              const stormy = await measure(parley, () => load.steady({ seconds, rate, senders }))
              return { 'without logins': quiet, 'with logins': { ...stormy, loginsPerSecond: await storm.end() } }
            } finally {
              await storm.end()
            }
          })
      },
    },
  ]
}

/** Each logs in anew as soon as they are logged in; `end` resolves with how many did that in a second. */
function startStorm(url: string, people: readonly Person[]) {
  const begun = performance.now()
  let over = false
  let logins = 0
  const storm = people.map(async ({ username }) => {
    while (!over) {
      await createClient({ url, timeoutMs: 60_000 }).auth.login({ username, password })
      logins++
    }
  })
  const everybody = Promise.all(storm)
  // A login that failed is told by `end`.
  everybody.catch(() => undefined)
  return {
    async end(): Promise<number> {
      over = true
      await everybody
      return (logins * 1000) / (performance.now() - begun)
    },
  }
}
