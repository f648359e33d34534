import type { saveDraft as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import { chatOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { clearDraft, writeDraft } from './preferences.queries.ts'

/** Keeps what the viewer has begun to write in a chat, for their other devices; of two devices the last to write is right. */
export async function saveDraft({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const { database, streams } = deps
  const { chatId, text, replyTo } = input
  const view = { userId: viewer.userId, chatId }
  const { draft, own } = await database.transaction(async (tx) => {
    await chatOf(tx, viewer.userId, chatId)
    const empty = text === '' && replyTo === null
    const draft = empty ? null : await writeDraft(tx, view, { text, replyTo })
    const changed = draft !== null || (await clearDraft(tx, view))
    return { draft, own: changed ? await streams.appendOwn(tx, [{ userId: viewer.userId, kind: 'draft', targetId: chatId }]) : [] }
  })
  await streams.tellOwn(own)
  return { draft }
}
