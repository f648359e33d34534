import type { Chat, listChats as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import { z } from 'zod'
import type { Call } from '../../core/call.ts'
import { AppError, ensure } from '../../core/errors.ts'
import { Moment } from '../../platform/database/moment.ts'
import { chatOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { presentChatsTo } from './chats.present.ts'
import { type Place, selectChats } from './chats.queries.ts'

/** My chats, the latest active first. */
export async function listChats({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const { query } = deps.database
  const rows = await selectChats(query, viewer.userId, input.before === undefined ? null : readCursor(input.before), input.limit + 1)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const more = rows.length > page.length && last !== undefined
  return {
    chats: await presentChatsTo(viewer.userId, deps, page),
    nextCursor: more ? writeCursor({ activeAt: last.active_text, chatId: last.id }) : null,
  }
}

/** One chat as its member sees it. */
export async function getChat(deps: ChatsDeps, viewerId: string, chatId: string): Promise<Chat> {
  const row = await chatOf(deps.database.query, viewerId, chatId)
  const [chat] = await presentChatsTo(viewerId, deps, [row])
  ensure(chat, 'CHAT_NOT_FOUND')
  return chat
}

const Cursor = z.tuple([Moment, z.guid()])

const writeCursor = ({ activeAt, chatId }: Place): string => Buffer.from(`${activeAt} ${chatId}`).toString('base64url')

function readCursor(cursor: string): Place {
  const parsed = Cursor.safeParse(Buffer.from(cursor, 'base64url').toString().split(' '))
  if (!parsed.success)
    throw new AppError('VALIDATION_FAILED', { fields: [{ field: 'before', message: 'must be the nextCursor of an earlier answer' }] })
  return { activeAt: parsed.data[0], chatId: parsed.data[1] }
}
