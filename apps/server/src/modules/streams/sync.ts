import type { Chat } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Message } from '@parley/protocol/messages'
import * as contract from '@parley/protocol/streams'
import { type ChatDelta, syncSpan } from '@parley/protocol/streams'
import { type Binding, type Call, implement } from '../../core/call.ts'
import { AppError, ensure } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { chatChanged, selectClientIds, selectLastSeq } from './streams.queries.ts'
import { selectOwnHead } from './user-log.queries.ts'
import type { OwnReaders } from './user-log.ts'
import { type Heads, type HeadsWanted, headsSince, ownDelta } from './user-sync.ts'

/** What the owners of messages and chats read for a stream's reader: only what that person may see. */
export interface StreamReaders {
  touched(viewerId: string, chatId: string, from: number, to: number): Promise<Message[]>
  latest(viewerId: string, chatId: string, count: number): Promise<Message[]>
  chat(viewerId: string, chatId: string): Promise<Chat>
  heads(viewerId: string, wanted: HeadsWanted): Promise<Heads>
  readonly own: OwnReaders
}

interface SyncDeps {
  readonly database: Database
  readonly readers: StreamReaders
}

/** How many of the newest messages a device gets that is too far behind. */
const resetCount = 50
/** From so many letters of messages on, an answer takes no further chats: it's held in memory as a whole. */
const fullAnswer = 1_000_000

export const createSync = (deps: SyncDeps): { bindings: Binding[] } => ({
  bindings: implement(contract, { sync: (call) => sync(call, deps) }),
})

/**
 * What a device missed (C1). Where its person's own stream ends and what time it is are read before everything else, so
 * that what happens meanwhile is in the answer or comes after what the answer covers.
 */
async function sync({ viewer, input }: Call<typeof contract.sync>, deps: SyncDeps): Promise<OutputOf<typeof contract.sync>> {
  const { database, readers } = deps
  const { head, now } = await selectOwnHead(database.query, viewer.userId)
  const { chats, gone } = await chatDeltas(deps, viewer.userId, input.chats)
  const user = await ownDelta(database.query, readers.own, viewer.userId, { userSeq: input.userSeq, head })
  return { chats, gone, user, ...(await headsSince((wanted) => readers.heads(viewer.userId, wanted), input.since, now)) }
}

async function chatDeltas(
  deps: SyncDeps,
  viewerId: string,
  wanted: Record<string, number>,
): Promise<{ chats: ChatDelta[]; gone: string[] }> {
  const chats: ChatDelta[] = []
  const gone: string[] = []
  let letters = 0
  for (const [chatId, from] of Object.entries(wanted)) {
    try {
      const delta = await deltaOf(deps, viewerId, { chatId, from, full: letters >= fullAnswer })
      chats.push(delta)
      letters += delta.messages.reduce((sum, message) => sum + lettersIn(message), 0)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CHAT_NOT_FOUND') throw error
      gone.push(chatId)
    }
  }
  return { chats, gone }
}

const lettersIn = ({ content, replyTo }: Message): number => (content?.text.length ?? 0) + (replyTo?.content?.text.length ?? 0)

/**
 * The stream's end is read first and what changed second, so what happens in between is either in the answer already
 * or above the end that it names; CHAT_NOT_FOUND where the viewer isn't in the chat. With a full answer it covers nothing yet.
 */
async function deltaOf(
  { database, readers }: SyncDeps,
  viewerId: string,
  { chatId, from, full }: { chatId: string; from: number; full: boolean },
): Promise<ChatDelta> {
  const { query } = database
  const head = await selectLastSeq(query, viewerId, chatId)
  ensure(head, 'CHAT_NOT_FOUND')
  // Ahead of the stream: the server was set back to an older copy of its data.
  const reset = head - from > syncSpan || from > head
  if (full && !reset) return { ...{ chatId, from, to: from, head, reset, messages: [] }, tempIds: {}, chat: null }
  const changed = reset || (await chatChanged(query, chatId, from, head))
  const messages = reset ? await readers.latest(viewerId, chatId, resetCount) : await readers.touched(viewerId, chatId, from, head)
  const own = messages.filter(({ senderId }) => senderId === viewerId).map(({ id }) => id)
  const tempIds = await selectClientIds(query, viewerId, own)
  const chat = changed ? await readers.chat(viewerId, chatId) : null
  // Whoever was removed meanwhile was shown less than the range that the answer would cover.
  ensure(await selectLastSeq(query, viewerId, chatId), 'CHAT_NOT_FOUND')
  return { ...{ chatId, from, to: head, head, reset, messages }, tempIds, chat }
}
