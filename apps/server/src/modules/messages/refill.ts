import { type Message, messageDeleted, messageEdited, newMessage } from '@parley/protocol/messages'
import type { Queries } from '../../platform/database/database.ts'
import { type Frame, frame, type Refill } from '../streams/streams.module.ts'
import { present, withoutQuote } from './messages.present.ts'
import { type RefillRow, selectForRefill } from './sends.queries.ts'

/**
 * Tells again what a span of a stream did to messages, out of how they are now: one sent there as a new one, and one that
 * was touched there as edited or deleted, at the last number that touched it. One that was both is told twice, since a
 * device may have come as far as between the two by itself.
 */
export const messagesRefill = (query: Queries): Refill => ({
  kinds: ['edited', 'deleted', 'reaction_added', 'reaction_removed'],
  async frames({ chatId, from, to }, entries) {
    const touchedAt = new Map(entries.map(({ targetId, seq }) => [targetId, seq]))
    const rows = await selectForRefill(query, { chatId, from, to })
    return rows.flatMap((row) => {
      const sent = row.seq > from && row.seq <= to ? [asNew(row)] : []
      const seq = touchedAt.get(row.id)
      return seq === undefined ? sent : [...sent, asChanged(row, seq)]
    })
  },
})

function asNew(row: RefillRow): Frame {
  const [message, tempId] = [present(row), row.client_id]
  return frame(newMessage, row.seq, { message, tempId }, quoting(row, { message: withoutQuote(message), tempId }))
}

function asChanged(row: RefillRow, seq: number): Frame {
  const [message, chatId, about] = [present(row), row.chat_id, row.seq]
  if (message.deletedAt !== null)
    return frame(messageDeleted, seq, { chatId, seq, messageId: message.id, deletedAt: message.deletedAt }, { about })
  const payload = (shown: Message) => ({ chatId, seq, message: shown })
  return frame(messageEdited, seq, payload(message), { about, ...quoting(row, payload(withoutQuote(message))) })
}

const quoting = <P>({ quote_seq: seq }: RefillRow, otherwise: P) => (seq === null ? {} : { quoting: { seq, otherwise } })
