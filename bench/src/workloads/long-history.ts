/** W4: pages of the history of a chat of ten million messages, against those of a chat of ten thousand. */
import { Latencies } from '../load/latencies.ts'
import type { Measurement } from '../load/measure.ts'
import { fillHistory, type History } from '../targets/history.ts'
import { asParley, type ParleyTarget } from '../targets/parley.ts'
import { type Plan, parleysOf, type RoundResult, scaled, stepOf, type Workload, warmUp } from './workload.ts'

const pageSize = 50
/** Of each kind and chat, for each second that a measurement is to last. */
const pagesPerSecond = 60
/** Steps of this part of the whole come everywhere and nowhere twice. */
const goldenRatio = (Math.sqrt(5) - 1) / 2

export function longHistory(plan: Plan): Workload[] {
  const large = scaled(plan, 10_000_000, 10_000)
  const small = Math.min(10_000, Math.ceil(large / 10))
  const members = Math.min(100, ...plan.members)
  return [
    {
      ...{
        id: 'w4',
        title: `W4: pages of ${pageSize} from a chat of ${stepOf(large, 'messages')} and from one of ${stepOf(small, 'messages')}`,
        steps: 'messages',
      },
      targets: parleysOf(plan, 'parley-postgres'),
      async prepare(target) {
        const parley = asParley(target)
        const histories: History[] = []
        for (const count of [small, large]) histories.push(await fillHistory(parley, await parley.openGroup(members), count))
        // What was written without the servers is news to them.
        await parley.restart()
        await readInTurns(histories, pagesIn(warmUp(plan)))
        return () => round(parley, histories, pagesIn(plan.seconds))
      },
    },
  ]
}

const pagesIn = (seconds: number) => Math.ceil(seconds * pagesPerSecond)

interface Reading {
  readonly newest: Latencies
  readonly jump: Latencies
}

async function round(parley: ParleyTarget, histories: readonly History[], pages: number): Promise<RoundResult> {
  const readings = await readInTurns(histories, pages)
  const databaseGigabytes = Number(await parley.sql('select pg_database_size(current_database())')) / 1e9
  return Object.fromEntries(
    histories.map(({ count }, index) => [
      stepOf(count, 'messages'),
      { ...figuresOf(readings[index] as Reading), ...(index === histories.length - 1 && { databaseGigabytes }) },
    ]),
  )
}

const figuresOf = ({ newest, jump }: Reading): Measurement => ({
  newestP50: newest.quantile(0.5),
  newestP99: newest.quantile(0.99),
  jumpP50: jump.quantile(0.5),
  jumpP99: jump.quantile(0.99),
})

/** A page at a time, of one chat and of the other, so that what the machine does besides hits both. */
async function readInTurns(histories: readonly History[], pages: number): Promise<Reading[]> {
  const readings = histories.map(() => ({ newest: new Latencies(), jump: new Latencies() }))
  for (let page = 0; page < pages; page++) {
    for (const [index, history] of histories.entries()) {
      const { newest, jump } = readings[index] as Reading
      newest.add(await read(history, history.last))
      const middle = 0.25 + 0.5 * ((page * goldenRatio) % 1)
      jump.add(await read(history, history.first + Math.floor(history.count * middle)))
    }
  }
  return readings
}

/** The page that holds this place, the newest where it is the last; milliseconds. @throws Error where it is another page */
async function read({ reader, chatId, last }: History, place: number): Promise<number> {
  const begun = performance.now()
  const where = place === last ? {} : { around: place }
  const { messages } = await reader.client.messages.listMessages({ chatId, limit: pageSize, ...where })
  const taken = performance.now() - begun
  const places = messages.map(({ seq }) => seq)
  if (places.length !== pageSize || !places.includes(place))
    throw new Error(
      `the run does not count: a page of ${places.length} messages, ${places[0]} to ${places.at(-1)}, instead of one with ${place}`,
    )
  return taken
}
