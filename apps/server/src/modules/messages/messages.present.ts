import type { HistoryMessage, Message } from '@parley/protocol/messages'
import type { PublicUser } from '@parley/protocol/users'
import type { Stored } from '../streams/streams.module.ts'
import type { HistoryRow, MessageRow, ReactionRow } from './messages.queries.ts'
import type { QuoteRow } from './sends.queries.ts'

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

/** When its words last changed: sent, edited or deleted. Reactions move `rev`, not this. */
const updatedAt = (row: MessageRow): string => (row.deleted_at ?? row.edited_at ?? row.created_at).toISOString()

const presentReaction = ({ emoji, userId, createdAt }: ReactionRow): Message['reactions'][number] => ({
  emoji,
  userId,
  createdAt: new Date(createdAt).toISOString(),
})

export function present(row: MessageRow): Message {
  return {
    id: row.id,
    chatId: row.chat_id,
    seq: row.seq,
    rev: row.rev,
    senderId: row.sender_id,
    content: row.content,
    replyTo:
      row.reply_to === null || row.quote_sender_id === null
        ? null
        : { id: row.reply_to, senderId: row.quote_sender_id, content: row.quote_content },
    mentions: row.mentions,
    reactions: row.reactions.map(presentReaction),
    editedAt: iso(row.edited_at),
    deletedAt: iso(row.deleted_at),
    createdAt: row.created_at.toISOString(),
    updatedAt: updatedAt(row),
  }
}

/** A message that was stored just now, without reading it back. */
export function presentStored({ draft, seq }: Stored, quote: QuoteRow | undefined): Message {
  const createdAt = new Date(draft.createdAt).toISOString()
  return {
    id: draft.id,
    chatId: draft.chatId,
    seq,
    rev: seq,
    senderId: draft.senderId,
    content: JSON.parse(draft.content),
    replyTo: quote === undefined ? null : { id: quote.id, senderId: quote.sender_id, content: quote.content },
    mentions: JSON.parse(draft.mentions),
    reactions: [],
    editedAt: null,
    deletedAt: null,
    createdAt,
    updatedAt: createdAt,
  }
}

/** For whoever doesn't see what it quotes (P1). */
export const withoutQuote = (message: Message): Message => ({
  ...message,
  replyTo: message.replyTo && { ...message.replyTo, content: null },
})

/** Senders are never erased from under their messages, so each is found. */
export function presentHistory(rows: readonly HistoryRow[], senders: ReadonlyMap<string, PublicUser>): HistoryMessage[] {
  return rows.map((row) => ({ ...present(row), sender: senders.get(row.sender_id) as PublicUser, starred: row.starred }))
}
