import type { updateChatSettings as contract } from '@parley/protocol/chats'
import type { OutputOf } from '@parley/protocol/define'
import type { Call } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { chatOf } from './chats.access.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { presentSettings } from './chats.present.ts'
import { selectPreferences, writeSettings } from './preferences.queries.ts'

/** Mutes, pins or archives a chat for the viewer alone, on all their devices. */
export async function updateChatSettings({ viewer, input }: Call<typeof contract>, deps: ChatsDeps): Promise<OutputOf<typeof contract>> {
  const { database, streams } = deps
  const { chatId, mutedUntil, ...switches } = input
  const view = { userId: viewer.userId, chatId }
  if (mutedUntil === undefined && switches.pinned === undefined && switches.archived === undefined) {
    const [preferences] = await selectPreferences(database.query, [view])
    ensure(preferences, 'CHAT_NOT_FOUND')
    return { mySettings: presentSettings(preferences) }
  }
  const { settings, own } = await database.transaction(async (tx) => {
    await chatOf(tx, viewer.userId, chatId)
    const settings = await writeSettings(tx, view, { ...switches, mutedUntil: dateOf(mutedUntil) })
    return { settings, own: await streams.appendOwn(tx, [{ userId: viewer.userId, kind: 'chat_settings', targetId: chatId }]) }
  })
  await streams.tellOwn(own)
  return { mySettings: presentSettings(settings) }
}

const dateOf = (time: string | null | undefined): Date | null | undefined => (typeof time === 'string' ? new Date(time) : time)
