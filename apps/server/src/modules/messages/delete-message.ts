import type { OutputOf } from '@parley/protocol/define'
import { type deleteMessage as contract, messageDeleted } from '@parley/protocol/messages'
import type { Call, Viewer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { frame } from '../streams/streams.module.ts'
import { eraseContent } from './changes.queries.ts'
import { insertHidden } from './marks.queries.ts'
import { heldMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { canDeleteForEveryone } from './messages.policy.ts'
import { present } from './messages.present.ts'

type Answer = OutputOf<typeof contract>

/** Takes a message away, from everybody or from the viewer's own sight. Doing it again changes nothing. */
export const deleteMessage = ({ viewer, input }: Call<typeof contract>, deps: MessagesDeps): Promise<Answer> =>
  input.forEveryone ? deleteForEveryone(viewer, input.messageId, deps) : deleteForMe(viewer, input.messageId, deps)

/** Erases what a message said, and the reactions to it. */
async function deleteForEveryone(viewer: Viewer, messageId: string, { database, streams, clock }: MessagesDeps): Promise<Answer> {
  const { chat_id: chatId } = await heldMessage(database.query, viewer.userId, messageId)
  return streams.change(chatId, async ({ tx, append }) => {
    const message = await heldMessage(tx, viewer.userId, messageId)
    const reader = { userId: viewer.userId, role: message.viewer_role }
    ensure(canDeleteForEveryone(reader, message, message.chat_type), 'FORBIDDEN', {
      message: 'Only its author or an admin may delete a message.',
    })
    if (message.deleted_at !== null) return { result: { message: present(message) }, frames: [] }
    const rev = append('deleted', message.id, viewer.userId)
    const deletedAt = new Date(clock.now())
    await eraseContent(tx, message.id, rev, deletedAt)
    const erased = { content: null, mentions: [], reply_to: null, reactions: [], edited_at: null, deleted_at: deletedAt, rev }
    const payload = { chatId, seq: rev, messageId: message.id, deletedAt: deletedAt.toISOString() }
    return {
      result: { message: present({ ...message, ...erased }) },
      frames: [frame(messageDeleted, rev, payload, { about: message.seq })],
    }
  })
}

/** Nobody else learns of it; the viewer's other devices do. What others quoted of it stays in their words. */
async function deleteForMe({ userId }: Viewer, messageId: string, { database, streams, clock }: MessagesDeps): Promise<Answer> {
  const { message, entries } = await database.transaction(async (tx) => {
    const message = await heldMessage(tx, userId, messageId)
    const fresh = await insertHidden(tx, userId, messageId, new Date(clock.now()))
    // It may have been unread, so how many still are goes with it (S2).
    const changes = [
      { userId, kind: 'hidden', targetId: messageId },
      { userId, kind: 'position', targetId: message.chat_id },
    ] as const
    return { message, entries: fresh ? await streams.appendOwn(tx, changes) : [] }
  })
  await streams.tellOwn(entries)
  return { message: present(message) }
}
