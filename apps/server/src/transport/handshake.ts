import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import { AppError } from '../core/errors.ts'
import { isOwnPage, type OriginRule } from './origins.ts'

interface Handshake {
  readonly auth: Readonly<Record<string, unknown>>
  readonly headers: IncomingHttpHeaders
}

/**
 * The token that a connecting socket brings: in `auth.token`, as a bearer, or in the cookie, which counts only for
 * pages of our own. null where it brings none and will say `authenticate` instead.
 */
export function handshakeToken({ auth, headers }: Handshake, origins: OriginRule): string | null {
  if (auth.token !== undefined && auth.token !== null) {
    if (typeof auth.token !== 'string') throw new AppError('UNAUTHENTICATED', { message: 'auth.token must be a string.' })
    return auth.token.replace(/^Bearer /i, '')
  }
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const token = fastifyCookie.parse(headers.cookie ?? '').token
  if (token === undefined) return null
  if (!isOwnPage(origins, headers)) throw new AppError('CSRF_REJECTED')
  return token
}
