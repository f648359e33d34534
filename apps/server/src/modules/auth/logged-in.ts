import type { login } from '@parley/protocol/auth'
import type { OutputOf } from '@parley/protocol/define'
import type { HttpExchange } from '../../core/call.ts'
import type { Clock } from '../../core/clock.ts'
import { ensure } from '../../core/errors.ts'
import type { Users } from '../users/users.module.ts'
import { setLoginCookies } from './cookies.ts'
import type { StartedSession } from './live-sessions.ts'
import type { Tokens } from './tokens.ts'

export interface IssueDeps {
  readonly tokens: Tokens
  readonly clock: Clock
}

/** The tokens of a session, also put into cookies where `http` is given. */
export async function issueTokens(session: StartedSession, http: HttpExchange | null, { tokens, clock }: IssueDeps) {
  const { sessionId, generation, expiresAt } = session
  const refreshToken = tokens.refresh(sessionId, generation)
  const maxAge = Math.max(0, Math.ceil((expiresAt.getTime() - clock.now()) / 1000))
  setLoginCookies(http, { sessionToken: await tokens.session(session, expiresAt), refreshToken, maxAge })
  return { accessToken: await tokens.access(session, expiresAt), refreshToken }
}

/** What register and login answer. */
export async function loggedIn(
  session: StartedSession,
  http: HttpExchange | null,
  deps: IssueDeps & { readonly users: Users },
): Promise<OutputOf<typeof login>> {
  const user = await deps.users.own(session.userId)
  ensure(user, 'UNAUTHENTICATED')
  const tokens = await issueTokens(session, http, deps)
  return { user, tokens, token: tokens.accessToken }
}
