import * as contract from '@parley/protocol/auth'
import { type Binding, implement } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import { ensure } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Users } from '../users/users.module.ts'
import { changePassword } from './change-password.ts'
import type { Csrf } from './csrf.ts'
import { demoLogin } from './demo-login.ts'
import type { LiveSessions } from './live-sessions.ts'
import { login } from './login.ts'
import type { LoginAttempts } from './login-attempts.ts'
import { logout, logoutAll } from './logout.ts'
import type { PasswordRules, Passwords } from './passwords.ts'
import { refresh } from './refresh.ts'
import { register } from './register.ts'
import { endSession, listSessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface AuthParts {
  readonly database: Database
  readonly jobs: Jobs
  readonly clock: Clock
  readonly users: Users
  readonly tokens: Tokens
  readonly passwords: Passwords
  readonly passwordRules: PasswordRules
  readonly sessions: LiveSessions
  readonly attempts: LoginAttempts
  readonly csrf: Csrf
  readonly demoUsernames: readonly string[]
}

export function createHandlers(parts: AuthParts): Binding[] {
  return implement(contract, {
    register: (call) => register(call, parts),
    login: (call) => login(call, parts),
    refresh: (call) => refresh(call, parts),
    logout: (call) => logout(call, parts),
    logoutAll: (call) => logoutAll(call, parts),
    listSessions: (call) => listSessions(call, parts),
    endSession: (call) => endSession(call, parts),
    changePassword: (call) => changePassword(call, parts),
    demoLogin: (call) => demoLogin(call, parts),
    me: async ({ viewer }) => ({ user: await ownUser(viewer.userId, parts) }),
    checkSession: async ({ viewer }) => ({ user: viewer === null ? null : await parts.users.own(viewer.userId) }),
    authenticate: async ({ viewer }) => {
      ensure(viewer, 'UNAUTHENTICATED')
      return { user: await ownUser(viewer.userId, parts) }
    },

    async csrfToken({ request }) {
      ensure(request.http, 'NOT_FOUND')
      return { csrfToken: await parts.csrf.issue(request.http) }
    },
  })
}

async function ownUser(userId: string, { users }: AuthParts) {
  const user = await users.own(userId)
  ensure(user, 'UNAUTHENTICATED')
  return user
}
