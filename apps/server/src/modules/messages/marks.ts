import type { Database } from '../../platform/database/database.ts'
import { type OwnReaders, personByPerson } from '../streams/streams.module.ts'
import { selectStars } from './marks.queries.ts'

/** How what somebody starred and hid reads in their own stream, while they are in its chat (P1); who comes back reads the chat anew. */
export const markReaders = ({ query }: Database): Pick<OwnReaders, 'star' | 'hidden'> => ({
  star: personByPerson(async (userId, messageIds) => {
    const rows = await selectStars(query, userId, messageIds)
    return new Map(rows.map((row) => [row.message_id, { chatId: row.chat_id, messageId: row.message_id, starred: row.starred }]))
  }),
  hidden: personByPerson(async (userId, messageIds) => {
    const rows = await selectStars(query, userId, messageIds)
    return new Map(rows.map((row) => [row.message_id, { chatId: row.chat_id, messageId: row.message_id }]))
  }),
})
