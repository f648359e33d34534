/** Accounts and sessions: becoming somebody, staying somebody, and ceasing to be. */
import type { Binding, Viewer } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Rates } from '../../core/rates.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Mailer } from '../../platform/mail/mail.ts'
import type { Users } from '../users/users.module.ts'
import { createHandlers } from './auth.handlers.ts'
import { type Csrf, createCsrf } from './csrf.ts'
import { deleteExpired, deleteExpiredJob } from './delete-expired.ts'
import { createLiveSessions } from './live-sessions.ts'
import { limitedAttempts, unlimitedAttempts } from './login-attempts.ts'
import { sendMailJob } from './mails.ts'
import { createPasswords, type PasswordRules } from './passwords.ts'
import { createTokens } from './tokens.ts'

export interface AuthSettings {
  readonly accessSecret: string
  readonly refreshSecret: string
  readonly accessSeconds: number
  /** How long a session lasts without a refresh. */
  readonly refreshSeconds: number
  readonly passwordRules: PasswordRules
  readonly bcryptRounds: number
  /** Whether failed logins are limited. */
  readonly rateLimits: boolean
}

export interface AuthDeps {
  readonly database: Database
  readonly cluster: Cluster
  readonly rates: Rates
  readonly jobs: Jobs
  readonly mailer: Mailer
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  readonly users: Users
  readonly settings: AuthSettings
  /** Whom `demoLogin` logs in as; none in production. */
  readonly demoUsernames: readonly string[]
}

export interface Auth {
  readonly bindings: Binding[]
  readonly csrf: Csrf
  /** Whom an access token or session cookie speaks for, while its session is in force. */
  authenticate(token: string): Promise<Viewer | null>
  /** Whether a session is still in force; answered from memory most of the time, never after its end. */
  isInForce(viewer: Viewer): Promise<boolean>
  /** Closes the sockets of sessions that have ended without this process hearing of it. */
  sweep(): Promise<void>
}

export function createAuth(deps: AuthDeps): Auth {
  const { database, jobs, mailer, clock, settings } = deps
  const tokens = createTokens(settings, clock)
  const passwords = createPasswords(settings.bcryptRounds)
  const sessions = createLiveSessions({ ...deps, tokens, lifetimeSeconds: settings.refreshSeconds })
  const attempts = settings.rateLimits ? limitedAttempts(deps.rates) : unlimitedAttempts
  const csrf = createCsrf(tokens, settings)

  jobs.work(sendMailJob, (mail) => mailer.send(mail))
  jobs.work(deleteExpiredJob, () => deleteExpired({ database, clock }))
  jobs.schedule(deleteExpiredJob, '17 * * * *')

  return {
    bindings: createHandlers({ ...deps, tokens, passwords, passwordRules: settings.passwordRules, sessions, attempts, csrf }),
    csrf,
    authenticate: sessions.authenticate,
    isInForce: async ({ sessionId }) => (await sessions.viewer(sessionId)) !== null,
    sweep: sessions.sweep,
  }
}
