import type { logoutAll as allContract, logout as contract } from '@parley/protocol/auth'
import type { Call } from '../../core/call.ts'
import { removeLoginCookies } from './cookies.ts'
import type { LiveSessions } from './live-sessions.ts'

interface Deps {
  readonly sessions: LiveSessions
}

export async function logout({ viewer, request }: Call<typeof contract>, { sessions }: Deps) {
  await sessions.end({ userId: viewer.userId, only: viewer.sessionId })
  removeLoginCookies(request.http)
  return {}
}

export async function logoutAll({ viewer, request }: Call<typeof allContract>, { sessions }: Deps) {
  const ended = await sessions.end({ userId: viewer.userId })
  removeLoginCookies(request.http)
  return { ended }
}
