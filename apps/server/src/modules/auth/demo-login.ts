import type { demoLogin as contract } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Users } from '../users/users.module.ts'
import type { LiveSessions } from './live-sessions.ts'
import { type IssueDeps, loggedIn } from './logged-in.ts'

interface Deps extends IssueDeps {
  readonly database: Database
  readonly users: Users
  readonly sessions: LiveSessions
  /** None in production. */
  readonly demoUsernames: readonly string[]
}

export async function demoLogin({ input, request }: Call<typeof contract>, deps: Deps) {
  const person = deps.demoUsernames.includes(input.username) ? await deps.users.credentials({ username: input.username }) : null
  if (person === null) throw new AppError('NOT_FOUND')
  const session = await deps.database.transaction((tx) => deps.sessions.begin(tx, person.userId, request))
  return loggedIn(session, null, deps)
}
