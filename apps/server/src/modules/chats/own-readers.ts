/** How a person's own side of chats reads in their own stream. */
import type { Database } from '../../platform/database/database.ts'
import type { OwnReaders } from '../streams/streams.module.ts'
import { presentSettings } from './chats.present.ts'
import { type PreferencesRow, selectPreferences } from './preferences.queries.ts'

type Targets = readonly { readonly userId: string; readonly targetId: string }[]

/** For each target the viewer's side of that chat; undefined where they aren't in it (P1). */
async function preferencesOf({ query }: Database, targets: Targets): Promise<(PreferencesRow | undefined)[]> {
  const rows = await selectPreferences(
    query,
    targets.map(({ userId, targetId }) => ({ userId, chatId: targetId })),
  )
  const found = new Map(rows.map((row) => [`${row.user_id} ${row.chat_id}`, row]))
  return targets.map(({ userId, targetId }) => found.get(`${userId} ${targetId}`))
}

export const createOwnReaders = (database: Database): Pick<OwnReaders, 'membership' | 'chat_settings' | 'draft'> => ({
  membership: async (targets) => {
    const rows = await preferencesOf(database, targets)
    return targets.map(({ targetId }, index) => ({ chatId: targetId, member: rows[index] !== undefined }))
  },
  chat_settings: async (targets) =>
    (await preferencesOf(database, targets)).map((row) => (row ? { chatId: row.chat_id, mySettings: presentSettings(row) } : null)),
  draft: async (targets) => (await preferencesOf(database, targets)).map((row) => (row ? { chatId: row.chat_id, draft: row.draft } : null)),
})
