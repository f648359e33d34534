import type { Database } from '../../platform/database/database.ts'
import { type OwnReaders, personByPerson } from '../streams/streams.module.ts'
import { selectStars } from './marks.queries.ts'

/**
 * How what somebody starred and hid reads in their own stream. It says which messages, and nothing of them, so it's the same
 * whether or not its reader is still in the chat: who comes back finds it as they left it.
 */
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
