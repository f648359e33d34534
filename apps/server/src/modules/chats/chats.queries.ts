import type { MemberRole } from '@parley/protocol/chats'
import { sql } from 'kysely'
import type { Place } from '../../core/places.ts'
import { momentText, type Queries, type Tx } from '../../platform/database/database.ts'

export interface ChatRow {
  readonly id: string
  readonly type: 'private' | 'group'
  readonly name: string | null
  readonly description: string | null
  readonly created_at: Date
  readonly last_seq: number
  readonly active_at: Date
}

const chatsOf = (query: Queries, viewerId: string) =>
  query
    .selectFrom('chat_windows as open')
    .innerJoin('chats as chat', 'chat.id', 'open.chat_id')
    .innerJoin('chat_heads as head', 'head.chat_id', 'open.chat_id')
    .where('open.user_id', '=', viewerId)
    .where('open.to_seq', 'is', null)
    .select(['chat.id', 'chat.type', 'chat.name', 'chat.description', 'chat.created_at', 'head.last_seq', 'head.active_at', 'open.role'])

/** A chat that somebody is in, with their role there; undefined where it's absent or not theirs. */
export const selectChat = (query: Queries, viewerId: string, chatId: string) =>
  chatsOf(query, viewerId).where('open.chat_id', '=', chatId).executeTakeFirst()

/** A chat, whoever asks; undefined where it's absent. */
export const selectAnyChat = (query: Queries, chatId: string): Promise<ChatRow | undefined> =>
  query
    .selectFrom('chats as chat')
    .innerJoin('chat_heads as head', 'head.chat_id', 'chat.id')
    .select(['chat.id', 'chat.type', 'chat.name', 'chat.description', 'chat.created_at', 'head.last_seq', 'head.active_at'])
    .where('chat.id', '=', chatId)
    .executeTakeFirst()

/** A page of somebody's chats, the latest active first, after a place in that order. */
export function selectChats(query: Queries, viewerId: string, after: Place | null, limit: number) {
  const chats = chatsOf(query, viewerId)
    .select(({ ref }) => momentText(ref('head.active_at')).as('active_text'))
    .orderBy('head.active_at', 'desc')
    .orderBy('chat.id', 'desc')
    .limit(limit)
  if (after === null) return chats.execute()
  return chats.where(sql<boolean>`(head.active_at, chat.id) < (${after.at}::timestamptz, ${after.id}::uuid)`).execute()
}

export interface MemberRow {
  readonly chat_id: string
  readonly user_id: string
  readonly role: MemberRole
  readonly joined_at: Date
  /** The first number that they see, this time. */
  readonly from_seq: number
}

/** Everybody who is in these chats now, in order of joining. */
export async function selectMembers(query: Queries, chatIds: readonly string[]): Promise<MemberRow[]> {
  if (chatIds.length === 0) return []
  return query
    .selectFrom('chat_windows')
    .select(['chat_id', 'user_id', 'role', 'joined_at', 'from_seq'])
    .where('chat_id', 'in', chatIds)
    .where('to_seq', 'is', null)
    .orderBy('joined_at')
    .orderBy('from_seq')
    .orderBy('user_id')
    .execute()
}

/** The key under which two people have one private chat. */
export const pairKey = (one: string, other: string): string => [one, other].sort().join(' ')

export async function selectPrivateChatId(query: Queries, one: string, other: string): Promise<string | undefined> {
  const row = await query.selectFrom('chats').select('id').where('pair_key', '=', pairKey(one, other)).executeTakeFirst()
  return row?.id
}

/** Whom somebody has private chats with, the latest active first. */
export async function selectPartners(query: Queries, userId: string, limit: number): Promise<string[]> {
  const rows = await query
    .selectFrom('chat_windows as open')
    .innerJoin('chats as chat', 'chat.id', 'open.chat_id')
    .innerJoin('chat_heads as head', 'head.chat_id', 'open.chat_id')
    .innerJoin('chat_windows as other', 'other.chat_id', 'open.chat_id')
    .select('other.user_id')
    .where('open.user_id', '=', userId)
    .where('open.to_seq', 'is', null)
    .where('chat.type', '=', 'private')
    .where('other.user_id', '<>', userId)
    .where('other.to_seq', 'is', null)
    .orderBy('head.active_at', 'desc')
    .orderBy('chat.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => row.user_id)
}

interface NewChat {
  readonly id: string
  readonly type: 'private' | 'group'
  readonly pairKey: string | null
  readonly name: string | null
  readonly description: string | null
  readonly createdBy: string
}

/** false where the pair has a chat already. */
export async function insertChat(tx: Tx, chat: NewChat): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('chats')
    .values({
      id: chat.id,
      type: chat.type,
      pair_key: chat.pairKey,
      name: chat.name,
      description: chat.description,
      created_by: chat.createdBy,
    })
    .onConflict((conflict) => conflict.column('pair_key').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export interface NewWindow {
  readonly userId: string
  readonly role: MemberRole
  readonly fromSeq: number
}

export async function openWindows(tx: Tx, chatId: string, windows: readonly NewWindow[]): Promise<void> {
  const rows = windows.map(({ userId, role, fromSeq }) => ({ chat_id: chatId, user_id: userId, role, from_seq: fromSeq, to_seq: null }))
  await tx.insertInto('chat_windows').values(rows).execute()
}

export async function closeWindow(tx: Tx, chatId: string, userId: string, toSeq: number): Promise<void> {
  await tx
    .updateTable('chat_windows')
    .set({ to_seq: toSeq })
    .where('chat_id', '=', chatId)
    .where('user_id', '=', userId)
    .where('to_seq', 'is', null)
    .execute()
}

export async function setRole(tx: Tx, chatId: string, userId: string, role: MemberRole): Promise<void> {
  await tx
    .updateTable('chat_windows')
    .set({ role })
    .where('chat_id', '=', chatId)
    .where('user_id', '=', userId)
    .where('to_seq', 'is', null)
    .execute()
}
