import type { OutputOf } from '@parley/protocol/define'
import { type editMessage as contract, messageEdited } from '@parley/protocol/messages'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { frame } from '../streams/streams.module.ts'
import { replaceContent } from './changes.queries.ts'
import { visibleMessage, writableMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { canStillEdit, wrote } from './messages.policy.ts'
import { present, withoutQuote } from './messages.present.ts'

/** Replaces what a message says, as an entry of its chat's stream. */
export async function editMessage({ viewer, input }: Call<typeof contract>, deps: MessagesDeps): Promise<OutputOf<typeof contract>> {
  const { database, streams, clock, settings } = deps
  const { chat_id: chatId } = await visibleMessage(database.query, viewer.userId, input.messageId)
  return streams.change(chatId, async ({ tx, append }) => {
    const message = await writableMessage(tx, viewer.userId, input.messageId)
    ensure(wrote(viewer.userId, message), 'FORBIDDEN', { message: 'Only its author may edit a message.' })
    ensure(message.deleted_at === null, 'MESSAGE_DELETED')
    ensure(canStillEdit(message, clock.now(), settings.editWindowSeconds), 'EDIT_WINDOW_CLOSED')
    const rev = append('edited', message.id, viewer.userId)
    const editedAt = new Date(clock.now())
    await replaceContent(tx, message.id, rev, input.content, editedAt)
    const edited = present({ ...message, content: input.content, edited_at: editedAt, rev })
    const payload = { chatId, seq: rev, message: edited }
    const quoting = message.quote_seq !== null && {
      quoting: { seq: message.quote_seq, otherwise: { ...payload, message: withoutQuote(edited) } },
    }
    return { result: { message: edited }, frames: [frame(messageEdited, rev, payload, { about: message.seq, ...quoting })] }
  })
}
