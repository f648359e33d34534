import type { Privacy } from '@parley/protocol/users'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/database/database.ts'
import type { Tables, UserRow } from '../../platform/database/tables.ts'
import { searchTermsOf } from './search-terms.ts'

export interface NewUser {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly email: string
  readonly passwordHash: string
}

export type UserChanges = Partial<
  Pick<UserRow, 'username' | 'name' | 'bio' | 'location' | 'website' | 'native_language' | 'theme'> & { learning_languages: string }
>

/** Exactly one way of saying who logs in. */
export type LoginName = { readonly email: string } | { readonly username: string } | { readonly phoneNumber: string }

export interface Credentials {
  readonly userId: string
  readonly passwordHash: string | null
}

/** False where the username or the e-mail address is taken; the transaction stays usable. */
export async function insertUser(tx: Tx, user: NewUser, now: Date): Promise<boolean> {
  const inserted = await tx
    .insertInto('users')
    .values({
      id: user.id,
      username: user.username,
      name: user.name,
      email: user.email,
      password_hash: user.passwordHash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) return false
  await insertSearchTerms(tx, user)
  return true
}

async function insertSearchTerms(tx: Tx, user: { id: string; username: string; name: string }): Promise<void> {
  const terms = searchTermsOf(user).map((term) => ({ term, user_id: user.id }))
  await tx.insertInto('user_search_terms').values(terms).execute()
}

/** The row as changed, or undefined where the user is gone. */
export async function updateUser(tx: Tx, userId: string, changes: UserChanges, now: Date): Promise<UserRow | undefined> {
  const row = await tx
    .updateTable('users')
    .set({ ...changes, updated_at: now })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined && (changes.username !== undefined || changes.name !== undefined)) {
    await tx.deleteFrom('user_search_terms').where('user_id', '=', userId).execute()
    await insertSearchTerms(tx, row)
  }
  return row
}

/** What is left out of `privacy` stays. */
export async function mergePrivacy(tx: Tx, userId: string, privacy: { [K in keyof Privacy]?: Privacy[K] | undefined }): Promise<void> {
  await tx
    .updateTable('users')
    .set({ privacy: sql`privacy || ${JSON.stringify(privacy)}::jsonb` })
    .where('id', '=', userId)
    .execute()
}

export const findUser = (query: Queries, userId: string): Promise<UserRow | undefined> =>
  query.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()

export const findUsers = (query: Queries, userIds: readonly string[]): Promise<UserRow[]> =>
  query.selectFrom('users').selectAll().where(sql<boolean>`id = any(${userIds}::uuid[])`).execute()

export async function isTaken(query: Queries, name: { readonly email: string } | { readonly username: string }): Promise<boolean> {
  return (await findCredentials(query, name)) !== undefined
}

/** Names and addresses are found whatever their case. */
export async function findCredentials(query: Queries, name: LoginName): Promise<Credentials | undefined> {
  const users = query.selectFrom('users').select(['id as userId', 'password_hash as passwordHash'])
  if ('email' in name) return users.where(sql`lower(email)`, '=', sql`lower(${name.email})`).executeTakeFirst()
  if ('username' in name) return users.where(sql`lower(username)`, '=', sql`lower(${name.username})`).executeTakeFirst()
  return users.where('phone_number', '=', name.phoneNumber).executeTakeFirst()
}

export async function findPasswordHash(query: Queries, userId: string): Promise<string | null> {
  const row = await query.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst()
  return row?.password_hash ?? null
}

/** Whether the password is still the one that was checked; if so, it can't change before `tx` ends. */
export async function holdPassword(tx: Tx, userId: string, passwordHash: string): Promise<boolean> {
  const row = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('password_hash', '=', passwordHash)
    .forShare()
    .executeTakeFirst()
  return row !== undefined
}

/** False where the password isn't `from` any more. */
export async function replacePasswordHash(tx: Tx, userId: string, from: string, to: string): Promise<boolean> {
  const row = await tx
    .updateTable('users')
    .set({ password_hash: to })
    .where('id', '=', userId)
    .where('password_hash', '=', from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export type SearchHit = Tables['user_search_terms']

/** Behind every character that a term can go on with. */
const afterAll = '\u{10FFFF}'

/**
 * People with a term that starts with `prefix`, each once, under the first of their terms that does; in order of the
 * terms, from behind `after` on. A range instead of LIKE: it has no wildcards, and any plan can use the index for it.
 */
export function searchTerms(
  query: Queries,
  search: { readonly prefix: string; readonly except: string; readonly after: SearchHit | null; readonly limit: number },
): Promise<SearchHit[]> {
  const { prefix, except, after, limit } = search
  let found = query
    .selectFrom('user_search_terms as found')
    .select(['found.term', 'found.user_id'])
    .where('found.term', '>=', prefix)
    .where('found.term', '<', prefix + afterAll)
    .where('found.user_id', '<>', except)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('user_search_terms as earlier')
            .select('earlier.term')
            .whereRef('earlier.user_id', '=', 'found.user_id')
            .where('earlier.term', '>=', prefix)
            .whereRef('earlier.term', '<', 'found.term'),
        ),
      ),
    )
  if (after !== null) found = found.where(sql<boolean>`(found.term, found.user_id) > (${after.term}, ${after.user_id}::uuid)`)
  return found.orderBy('found.term').orderBy('found.user_id').limit(limit).execute()
}

export async function updateLastSeen(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.updateTable('users').set({ last_seen_at: at }).where('id', '=', userId).execute()
}
