/** What writes to messages that are there. Each runs under the lock of the chat's head, so that `rev` only grows. */
import type { Content } from '@parley/protocol/messages'
import type { Tx } from '../../platform/database/database.ts'

export async function replaceContent(tx: Tx, messageId: string, rev: number, content: Content, editedAt: Date): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ content: JSON.stringify(content), edited_at: editedAt, rev })
    .where('id', '=', messageId)
    .execute()
}

/** Leaves of a message that it was there, and nothing of what it said or what others thought of it. */
export async function eraseContent(tx: Tx, messageId: string, rev: number, deletedAt: Date): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ content: null, mentions: '[]', reply_to: null, request_hash: null, edited_at: null, deleted_at: deletedAt, rev })
    .where('id', '=', messageId)
    .execute()
  await tx.deleteFrom('message_reactions').where('message_id', '=', messageId).execute()
}

interface Reaction {
  readonly messageId: string
  readonly userId: string
  readonly emoji: string
}

export async function insertReaction(tx: Tx, { messageId, userId, emoji }: Reaction, rev: number, createdAt: Date): Promise<void> {
  await tx.insertInto('message_reactions').values({ message_id: messageId, user_id: userId, emoji, created_at: createdAt }).execute()
  await touch(tx, messageId, rev)
}

export async function deleteReaction(tx: Tx, { messageId, userId, emoji }: Reaction, rev: number): Promise<void> {
  await tx
    .deleteFrom('message_reactions')
    .where('message_id', '=', messageId)
    .where('user_id', '=', userId)
    .where('emoji', '=', emoji)
    .execute()
  await touch(tx, messageId, rev)
}

const touch = (tx: Tx, messageId: string, rev: number) => tx.updateTable('messages').set({ rev }).where('id', '=', messageId).execute()
