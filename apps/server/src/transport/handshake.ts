import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import { AppError } from '../core/errors.ts'
import type { Families } from './families.ts'
import { isOwnPage, type OriginRule } from './origins.ts'
import type { SocketData } from './parley-socket.ts'

interface Handshake {
  readonly auth: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
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

/**
 * The family that a connecting socket names, `auth: { origin: "streamify" }` or as a query parameter, or that its page
 * is known to be of; native with `auth: { protocol: 1 }`, and until it says a word that tells where nothing else does.
 */
export function handshakeFamily({ auth, query, headers }: Handshake, { all, pages }: Families): Pick<SocketData, 'family' | 'isBound'> {
  if (auth.protocol === 1) return { family: null, isBound: true }
  const named = auth.origin ?? query.origin ?? pages.get(headers.origin ?? '')
  if (named === undefined) return { family: null, isBound: false }
  const family = all.find(({ name }) => name === named)
  if (family !== undefined) return { family, isBound: true }
  const known = all.map(({ name }) => name).join(', ')
  const quoted = typeof named === 'string' ? `"${named.slice(0, 50)}"` : 'of that name'
  throw new AppError('VALIDATION_FAILED', {
    message: `There is no origin ${quoted}; known are ${known}.`,
    fields: [{ field: 'origin', message: `must be one of ${known}` }],
  })
}

/** Who didn't say what family they are of is of the one whose words they use. Returns whether this word tells. */
export function bindByWord(data: SocketData, word: string, { all }: Families): boolean {
  if (data.isBound) return false
  const family = all.find(({ boundBy }) => boundBy.test(word))
  if (family === undefined) return false
  data.family = family
  data.isBound = true
  return true
}
