import type { changePassword as contract } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Users } from '../users/users.module.ts'
import { revokeSessions } from './auth.queries.ts'
import type { LiveSessions } from './live-sessions.ts'
import { passwordChangedMail, sendMailJob } from './mails.ts'
import { type PasswordRules, type Passwords, requireGoodPassword } from './passwords.ts'

interface Deps {
  readonly database: Database
  readonly jobs: Jobs
  readonly users: Users
  readonly passwords: Passwords
  readonly passwordRules: PasswordRules
  readonly sessions: LiveSessions
  readonly clock: Clock
}

/** Whoever knew the old password may be logged in with it, so every session but this one ends. */
export async function changePassword({ viewer, input }: Call<typeof contract>, deps: Deps) {
  const { users, passwords } = deps
  requireGoodPassword(input.newPassword, deps.passwordRules, 'newPassword')
  const current = await users.passwordHash(viewer.userId)
  const matched = await passwords.matches(input.currentPassword, current)
  if (!matched || current === null) throw new AppError('WRONG_PASSWORD')
  const next = await passwords.hash(input.newPassword)
  const email = (await users.own(viewer.userId))?.email ?? null

  const ended = await deps.database.transaction(async (tx) => {
    if (!(await users.replacePasswordHash(tx, viewer.userId, current, next))) throw new AppError('WRONG_PASSWORD')
    if (email !== null) await deps.jobs.enqueue(tx, sendMailJob, passwordChangedMail(email))
    return revokeSessions(tx, { userId: viewer.userId, except: viewer.sessionId }, new Date(deps.clock.now()))
  })
  await deps.sessions.ended(ended)
  return {}
}
