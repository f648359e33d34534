import type { InputOf, OutputOf } from '@parley/protocol/define'
import type { listMessages as contract, getMessage as getContract, HistoryMessage } from '@parley/protocol/messages'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { visibleMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { presentHistory } from './messages.present.ts'
import { type HistoryRow, selectAbove, selectBelow, selectPage } from './messages.queries.ts'
import { type ReachRow, selectReach } from './positions.queries.ts'

type Input = InputOf<typeof contract>

/** Rows in the order of the chat, and whether there are more on either side. */
interface Slice {
  readonly rows: readonly HistoryRow[]
  readonly older: boolean
  readonly newer: boolean
}

/** A page of history, oldest first. The position is read before the page, so that live changes above it miss nothing. */
export async function listMessages({ viewer, input }: Call<typeof contract>, deps: MessagesDeps): Promise<OutputOf<typeof contract>> {
  const asOf = await deps.streams.lastSeq(viewer.userId, input.chatId)
  if (input.page !== undefined) return numberedPage(viewer.userId, { ...input, page: input.page }, asOf, deps)
  const { rows, older, newer } = await slice(viewer.userId, input, deps)
  return {
    messages: await history(viewer.userId, rows, deps),
    asOf,
    nextCursor: older && rows[0] ? String(rows[0].seq) : null,
    newerCursor: newer ? String(rows.at(-1)?.seq) : null,
  }
}

/** One message that the viewer may see, and if they wrote it, how far it got. */
export async function getMessage({ viewer, input }: Call<typeof getContract>, deps: MessagesDeps): Promise<OutputOf<typeof getContract>> {
  const row = await visibleMessage(deps.database.query, viewer.userId, input.messageId)
  const [message] = await history(viewer.userId, [row], deps)
  ensure(message, 'MESSAGE_NOT_FOUND')
  const reach = row.sender_id === viewer.userId ? await selectReach(deps.database.query, row.chat_id, row.seq, row.sender_id) : []
  const of = (kind: ReachRow['kind']) =>
    reach.filter((mark) => mark.kind === kind).map((mark) => ({ userId: mark.user_id, at: mark.at.toISOString() }))
  return { message, deliveredTo: of('delivered'), readBy: of('read') }
}

async function slice(viewerId: string, input: Input, deps: MessagesDeps): Promise<Slice> {
  const { chatId, before, after, around, limit } = input
  const { query } = deps.database
  const below = async (seq: number, count: number) => {
    const rows = await selectBelow(query, viewerId, chatId, seq, count + 1)
    return { rows: rows.slice(0, count).reverse(), more: rows.length > count }
  }
  const above = async (seq: number, count: number) => {
    const rows = await selectAbove(query, viewerId, chatId, seq, count + 1)
    return { rows: rows.slice(0, count), more: rows.length > count }
  }
  if (after !== undefined) {
    const { rows, more } = await above(await placeOf(viewerId, chatId, after, deps), limit)
    return { rows, older: rows.length > 0, newer: more }
  }
  if (around !== undefined) {
    const place = await placeOf(viewerId, chatId, around, deps)
    const [older, newer] = [await below(place, Math.ceil(limit / 2)), await above(place - 1, Math.floor(limit / 2))]
    return { rows: [...older.rows, ...newer.rows], older: older.more, newer: newer.more }
  }
  const start = before === undefined ? Number.MAX_SAFE_INTEGER : await placeOf(viewerId, chatId, before, deps)
  const { rows, more } = await below(start, limit)
  return { rows, older: more, newer: before !== undefined && rows.length > 0 }
}

/** Where in the stream a message or a number stands. */
async function placeOf(viewerId: string, chatId: string, place: number | string, { database }: MessagesDeps): Promise<number> {
  if (typeof place === 'number') return place
  const message = await visibleMessage(database.query, viewerId, place)
  ensure(message.chat_id === chatId, 'MESSAGE_NOT_FOUND')
  return message.seq
}

async function numberedPage(
  viewerId: string,
  { chatId, page, limit }: Input & { page: number },
  asOf: number,
  deps: MessagesDeps,
): Promise<OutputOf<typeof contract>> {
  const { rows, total } = await selectPage(deps.database.query, viewerId, chatId, page, limit)
  const messages = await history(viewerId, rows.reverse(), deps)
  const nextCursor = page * limit < total && messages[0] ? String(messages[0].seq) : null
  const newerCursor = page > 1 && messages.length > 0 ? String(messages.at(-1)?.seq) : null
  return { messages, asOf, nextCursor, newerCursor, page, limit, total }
}

/** Messages with who wrote them, as the viewer may see that. */
export async function history(viewerId: string, rows: readonly HistoryRow[], { users }: MessagesDeps): Promise<HistoryMessage[]> {
  return presentHistory(rows, await users.findFor(viewerId, [...new Set(rows.map((row) => row.sender_id))]))
}
