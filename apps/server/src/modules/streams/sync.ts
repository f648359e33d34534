import type { Chat } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Message } from '@parley/protocol/messages'
import * as contract from '@parley/protocol/streams'
import { type ChatDelta, syncSpan } from '@parley/protocol/streams'
import { type Binding, type Call, implement } from '../../core/call.ts'
import type { Database } from '../../platform/database/database.ts'
import { chatChanged, selectClientIds, selectLastSeq } from './streams.queries.ts'

/** What the owners of messages and chats read for a stream's reader: only what that person may see. */
export interface StreamReaders {
  touched(viewerId: string, chatId: string, from: number, to: number): Promise<Message[]>
  latest(viewerId: string, chatId: string, count: number): Promise<Message[]>
  chat(viewerId: string, chatId: string): Promise<Chat>
}

interface SyncDeps {
  readonly database: Database
  readonly readers: StreamReaders
}

/** How many of the newest messages a device gets that is too far behind. */
const resetCount = 50

export const createSync = (deps: SyncDeps): { bindings: Binding[] } => ({
  bindings: implement(contract, { sync: (call) => sync(call, deps) }),
})

/** What a device missed in each chat that it asks for (C1). */
async function sync({ viewer, input }: Call<typeof contract.sync>, deps: SyncDeps): Promise<OutputOf<typeof contract.sync>> {
  const chats: ChatDelta[] = []
  const gone: string[] = []
  for (const [chatId, from] of Object.entries(input.chats)) {
    const delta = await deltaOf(deps, viewer.userId, chatId, from)
    if (delta === null) gone.push(chatId)
    else chats.push(delta)
  }
  return { chats, gone }
}

/**
 * The stream's end is read first and what changed second, so what happens in between is either in the answer already
 * or above the end that it names; null where the viewer isn't in the chat.
 */
async function deltaOf({ database, readers }: SyncDeps, viewerId: string, chatId: string, from: number): Promise<ChatDelta | null> {
  const head = await selectLastSeq(database.query, viewerId, chatId)
  if (head === undefined) return null
  // Ahead of the stream: the server was set back to an older copy of its data.
  const reset = head - from > syncSpan || from > head
  const changed = reset || (await chatChanged(database.query, chatId, from, head))
  const messages = reset ? await readers.latest(viewerId, chatId, resetCount) : await readers.touched(viewerId, chatId, from, head)
  const own = messages.filter(({ senderId }) => senderId === viewerId).map(({ id }) => id)
  return {
    ...{ chatId, from, to: head, head, reset, messages },
    tempIds: await selectClientIds(database.query, viewerId, own),
    chat: changed ? await readers.chat(viewerId, chatId) : null,
  }
}
