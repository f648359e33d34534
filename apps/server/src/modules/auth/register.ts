import type { register as contract } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Users } from '../users/users.module.ts'
import type { LiveSessions } from './live-sessions.ts'
import { type IssueDeps, loggedIn } from './logged-in.ts'
import { sendMailJob, welcomeMail } from './mails.ts'
import { type PasswordRules, type Passwords, requireGoodPassword } from './passwords.ts'

interface Deps extends IssueDeps {
  readonly database: Database
  readonly jobs: Jobs
  readonly users: Users
  readonly passwords: Passwords
  readonly passwordRules: PasswordRules
  readonly sessions: LiveSessions
}

export async function register({ input, request }: Call<typeof contract>, deps: Deps) {
  const { email, username, name, password } = input
  requireGoodPassword(password, deps.passwordRules, 'password')
  // Asked before hashing, which is expensive; create() asks again, under the unique indexes.
  if (await deps.users.isTaken({ email })) throw new AppError('EMAIL_TAKEN')
  if (username !== undefined && (await deps.users.isTaken({ username }))) throw new AppError('USERNAME_TAKEN')
  const passwordHash = await deps.passwords.hash(password)

  const session = await deps.database.transaction(async (tx) => {
    const user = await deps.users.create(tx, { email, username, name, passwordHash })
    await deps.jobs.enqueue(tx, sendMailJob, welcomeMail(email, user))
    return deps.sessions.begin(tx, user.id, request)
  })
  return loggedIn(session, request.http, deps)
}
