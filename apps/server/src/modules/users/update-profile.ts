import type { updateProfile as contract } from '@parley/protocol/users'
import type { Call } from '../../core/call.ts'
import { AppError, ensure } from '../../core/errors.ts'
import type { UsersDeps } from './users.deps.ts'
import { presentOwn } from './users.present.ts'
import { type UserChanges, updateUser } from './users.queries.ts'

type Changes = Call<typeof contract>['input']

const emptyToNull = (text: string | null) => (text === null || text.trim() === '' ? null : text)

function columnsOf(input: Changes): UserChanges {
  const { username, name, bio, location, website, nativeLanguage, learningLanguages, theme } = input
  return {
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    ...(bio !== undefined && { bio: emptyToNull(bio) }),
    ...(location !== undefined && { location: emptyToNull(location) }),
    ...(website !== undefined && { website: emptyToNull(website) }),
    ...(nativeLanguage !== undefined && { native_language: emptyToNull(nativeLanguage) }),
    ...(learningLanguages !== undefined && { learning_languages: JSON.stringify([...new Set(learningLanguages)]) }),
    ...(theme !== undefined && { theme }),
  }
}

/** PostgreSQL's unique_violation, of the index on usernames. */
const isUsernameTaken = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '23505' && 'constraint' in error && error.constraint === 'users_username'

export async function updateProfile({ viewer, input }: Call<typeof contract>, deps: UsersDeps) {
  const { database, streams, clock, statusOf } = deps
  const { userId } = viewer
  const change = database.transaction(async (tx) => {
    const row = await updateUser(tx, userId, columnsOf(input), new Date(clock.now()))
    const entries = input.theme === undefined ? [] : await streams.appendOwn(tx, [{ userId, kind: 'settings', targetId: userId }])
    return { row, entries }
  })
  const { row, entries } = await change.catch((error: unknown) => {
    throw isUsernameTaken(error) ? new AppError('USERNAME_TAKEN', { cause: error }) : error
  })
  ensure(row, 'UNAUTHENTICATED')
  await streams.tellOwn(entries)
  return { user: presentOwn(row, statusOf) }
}
