import type { ChatDraft } from '@parley/protocol/chats'
import { type RawBuilder, sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'

/** Whose view of which chat. */
export interface View {
  readonly userId: string
  readonly chatId: string
}

export interface SettingsRow {
  readonly muted_until: Date | null
  readonly pinned_at: Date | null
  readonly archived_at: Date | null
}

export interface PreferencesRow extends SettingsRow {
  readonly user_id: string
  readonly chat_id: string
  readonly draft: ChatDraft | null
}

const ids = (values: readonly string[]) => sql`${`{${values.join(',')}}`}::text::uuid[]`

/** How people see chats that they are in; a row for each of these, whether or not they ever set anything. */
export async function selectPreferences(query: Queries, views: readonly View[]): Promise<PreferencesRow[]> {
  const { rows } = await sql<PreferencesRow>`
    select open.user_id, open.chat_id, preference.muted_until, preference.pinned_at, preference.archived_at, preference.draft
    from unnest(${ids(views.map(({ userId }) => userId))}, ${ids(views.map(({ chatId }) => chatId))}) as view (user_id, chat_id)
    join chat_windows open on open.user_id = view.user_id and open.chat_id = view.chat_id and open.to_seq is null
    left join chat_preferences preference on preference.user_id = open.user_id and preference.chat_id = open.chat_id`.execute(query)
  return rows
}

/** `pinned` and `archived` keep the moment since when they hold. What isn't given stays. */
export interface SettingsChanges {
  readonly mutedUntil?: Date | null | undefined
  readonly pinned?: boolean | undefined
  readonly archived?: boolean | undefined
}

export function writeSettings(tx: Tx, { userId, chatId }: View, changes: SettingsChanges): Promise<SettingsRow> {
  const since = (column: 'pinned_at' | 'archived_at', holds: boolean): RawBuilder<Date | null> =>
    holds ? sql`coalesce(${sql.ref(`chat_preferences.${column}`)}, now())` : sql`null`
  const { mutedUntil, pinned, archived } = changes
  return tx
    .insertInto('chat_preferences')
    .values({
      user_id: userId,
      chat_id: chatId,
      ...(mutedUntil !== undefined && { muted_until: mutedUntil }),
      ...(pinned !== undefined && { pinned_at: pinned ? sql<Date>`now()` : null }),
      ...(archived !== undefined && { archived_at: archived ? sql<Date>`now()` : null }),
    })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'chat_id']).doUpdateSet({
        user_id: userId,
        ...(mutedUntil !== undefined && { muted_until: mutedUntil }),
        ...(pinned !== undefined && { pinned_at: since('pinned_at', pinned) }),
        ...(archived !== undefined && { archived_at: since('archived_at', archived) }),
      }),
    )
    .returning(['muted_until', 'pinned_at', 'archived_at'])
    .executeTakeFirstOrThrow()
}

/** Keeps what somebody has begun to write, with the moment of it. */
export async function writeDraft(tx: Tx, { userId, chatId }: View, draft: Pick<ChatDraft, 'text' | 'replyTo'>): Promise<ChatDraft> {
  const { rows } = await sql<{ draft: ChatDraft }>`
    insert into chat_preferences (user_id, chat_id, draft)
    values (${userId}, ${chatId}, ${JSON.stringify(draft)}::text::jsonb || jsonb_build_object(
      'updatedAt', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
    on conflict (user_id, chat_id) do update set draft = excluded.draft
    returning draft`.execute(tx)
  return (rows[0] as { draft: ChatDraft }).draft
}

/** false where there was no draft. */
export async function clearDraft(tx: Tx, { userId, chatId }: View): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('chat_preferences')
    .set({ draft: null })
    .where('user_id', '=', userId)
    .where('chat_id', '=', chatId)
    .where('draft', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
