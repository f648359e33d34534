import type { login as contract } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import { AppError } from '../../core/errors.ts'
import { networkOf } from '../../core/network.ts'
import type { Database } from '../../platform/database/database.ts'
import type { LoginName, Users } from '../users/users.module.ts'
import type { LiveSessions, StartedSession } from './live-sessions.ts'
import { type IssueDeps, loggedIn } from './logged-in.ts'
import type { LoginAttempts } from './login-attempts.ts'
import type { Passwords } from './passwords.ts'

interface Deps extends IssueDeps {
  readonly database: Database
  readonly users: Users
  readonly passwords: Passwords
  readonly sessions: LiveSessions
  readonly attempts: LoginAttempts
}

type LoginCall = Call<typeof contract>

function nameIn({ email, username, phoneNumber }: LoginCall['input']): LoginName {
  if (email !== undefined) return { email: email.trim() }
  if (username !== undefined) return { username: username.trim() }
  return { phoneNumber: (phoneNumber ?? '').trim() }
}

export async function login(call: LoginCall, deps: Deps) {
  const name = nameIn(call.input)
  // By the name as given: a count per account would tell that two names belong to one.
  const key = `${JSON.stringify(name).toLowerCase()} ${networkOf(call.request.ip)}`
  const session = await deps.attempts.attempt(key, () => tryLogin(name, call, deps))
  if (session === null) throw new AppError('INVALID_CREDENTIALS')
  return loggedIn(session, call.request.http, deps)
}

/** An unknown name costs as much time as a wrong password. */
async function tryLogin(name: LoginName, { input, request }: LoginCall, deps: Deps): Promise<StartedSession | null> {
  const { passwords, users, database } = deps
  const credentials = await users.credentials(name)
  const matched = await passwords.matches(input.password, credentials?.passwordHash ?? null)
  if (!matched || credentials?.passwordHash == null) return null
  const { userId, passwordHash } = credentials
  const stronger = passwords.isWeak(passwordHash) ? await passwords.hash(input.password) : null

  return database.transaction(async (tx) => {
    // The password may have been changed while it was checked; then it's the wrong one now.
    const unchanged =
      stronger === null
        ? await users.holdPassword(tx, userId, passwordHash)
        : await users.replacePasswordHash(tx, userId, passwordHash, stronger)
    return unchanged ? deps.sessions.begin(tx, userId, request) : null
  })
}
