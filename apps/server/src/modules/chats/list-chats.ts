import type { Chat, listChats as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { readPlace, writePlace } from '../../core/places.ts'
import { chatOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { presentChatsTo } from './chats.present.ts'
import { selectChats } from './chats.queries.ts'

/** My chats, the latest active first. */
export async function listChats({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const { query } = deps.database
  const rows = await selectChats(query, viewer.userId, readPlace(input.before), input.limit + 1)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const more = rows.length > page.length && last !== undefined
  return {
    chats: await presentChatsTo(viewer.userId, deps, page),
    nextCursor: more ? writePlace({ at: last.active_text, id: last.id }) : null,
  }
}

/** One chat as its member sees it. */
export async function getChat(deps: ChatsDeps, viewerId: string, chatId: string): Promise<Chat> {
  const row = await chatOf(deps.database.query, viewerId, chatId)
  const [chat] = await presentChatsTo(viewerId, deps, [row])
  ensure(chat, 'CHAT_NOT_FOUND')
  return chat
}
