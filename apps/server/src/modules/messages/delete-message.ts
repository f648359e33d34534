import type { OutputOf } from '@parley/protocol/define'
import { type deleteMessage as contract, messageDeleted } from '@parley/protocol/messages'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { frame } from '../streams/streams.module.ts'
import { visibleMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { canDeleteForEveryone } from './messages.policy.ts'
import { present } from './messages.present.ts'
import { eraseContent } from './messages.queries.ts'

/** Erases what a message said, for everyone. Deleting it again changes nothing. */
export async function deleteMessage({ viewer, input }: Call<typeof contract>, deps: MessagesDeps): Promise<OutputOf<typeof contract>> {
  const { database, streams, clock } = deps
  const { chat_id: chatId } = await visibleMessage(database.query, viewer.userId, input.messageId)
  return streams.change(chatId, async ({ tx, append }) => {
    const message = await visibleMessage(tx, viewer.userId, input.messageId)
    const reader = { userId: viewer.userId, role: message.viewer_role }
    ensure(canDeleteForEveryone(reader, message, message.chat_type), 'FORBIDDEN', {
      message: 'Only its author or an admin may delete a message.',
    })
    if (message.deleted_at !== null) return { result: { message: present(message) }, frames: [] }
    const rev = append('deleted', message.id, viewer.userId)
    const deletedAt = new Date(clock.now())
    await eraseContent(tx, message.id, rev, deletedAt)
    const deleted = present({ ...message, content: null, mentions: [], reply_to: null, edited_at: null, deleted_at: deletedAt, rev })
    const payload = { chatId, seq: rev, messageId: message.id, deletedAt: deletedAt.toISOString() }
    return { result: { message: deleted }, frames: [frame(messageDeleted, rev, payload, { about: message.seq })] }
  })
}
