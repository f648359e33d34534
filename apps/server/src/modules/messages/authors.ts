/** Whose messages were received or read when positions moved: only their authors are told. */
import type { Queries } from '../../platform/database/database.ts'
import { type Member, sees } from '../streams/streams.module.ts'
import { type Step, type Stretch, selectNewestWritten, selectWritten, type WrittenRow } from './positions.queries.ts'

interface Message {
  readonly seq: number
  readonly id: string
}

/** By sender, what they wrote, in order; of what lies far below, their newest alone. */
type Writings = ReadonlyMap<string, readonly Message[]>

/** Up to here below the furthest position each message is looked at; of what lies below, the newest of each author will do. */
const near = 2000

interface Group {
  readonly steps: readonly Step[]
  readonly recent: Stretch
  readonly older: Stretch
}

/**
 * For each step the newest message of each author that it is about, but for the reader's own and what they can't see. What
 * many members of a chat received or read at once is read once for all of them, however many messages that was.
 */
export async function authorsOf(
  query: Queries,
  steps: readonly Step[],
): Promise<(step: Step, reader: Member) => { senderId: string; messageId: string }[]> {
  const groups = [...Map.groupBy(steps, ({ chatId }) => chatId).values()].flatMap(groupsOf)
  const [recent, older] = await Promise.all([
    selectWritten(
      query,
      groups.map((group) => group.recent),
    ),
    readOlder(query, groups),
  ])
  const writings = new Map<Step, Writings>()
  const rows = Map.groupBy([...older, ...recent], ({ stretch }) => stretch)
  groups.forEach((group, index) => {
    const written = bySender(rows.get(index + 1) ?? [])
    for (const step of group.steps) writings.set(step, written)
  })
  return (step, reader) =>
    [...(writings.get(step) ?? [])].flatMap(([senderId, messages]) => {
      const newest = senderId === step.userId ? undefined : newestIn(messages, step, reader)
      return newest === undefined ? [] : [{ senderId, messageId: newest.id }]
    })
}

/** Steps of one chat that end close to each other: the same messages lie below them. */
function groupsOf(steps: readonly Step[]): Group[] {
  const groups: Group[] = []
  for (let left = steps; left.length > 0; ) {
    const upto = Math.max(...left.map((step) => step.upto))
    const close = left.filter((step) => step.upto > upto - near)
    const { chatId } = close[0] as Step
    const above = Math.min(...close.map((step) => step.above))
    const from = Math.max(above, upto - near)
    groups.push({ steps: close, recent: { chatId, above: from, upto }, older: { chatId, above, upto: from } })
    left = left.filter((step) => step.upto <= upto - near)
  }
  return groups
}

async function readOlder(query: Queries, groups: readonly Group[]): Promise<WrittenRow[]> {
  if (groups.every(({ older }) => older.above >= older.upto)) return []
  return selectNewestWritten(
    query,
    groups.map(({ older }) => older),
  )
}

function bySender(rows: readonly WrittenRow[]): Writings {
  const writings = new Map<string, Message[]>()
  for (const { sender_id: senderId, seq, id } of rows) {
    const messages = writings.get(senderId)
    if (messages === undefined) writings.set(senderId, [{ seq, id }])
    else messages.push({ seq, id })
  }
  return writings
}

/** The last of `messages`, which are in order, within the step and the windows of its reader. */
function newestIn(messages: readonly Message[], { above, upto }: Step, reader: Member): Message | undefined {
  let end = messages.length
  for (let start = 0; start < end; ) {
    const middle = (start + end) >> 1
    if ((messages[middle] as Message).seq <= upto) start = middle + 1
    else end = middle
  }
  for (let index = end - 1; index >= 0; index--) {
    const message = messages[index] as Message
    if (message.seq <= above) return undefined
    if (sees(reader, message.seq)) return message
  }
  return undefined
}
