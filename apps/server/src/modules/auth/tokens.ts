/** Access and session tokens are JWTs (RFC 7519); refresh tokens are derived from a session and its generation. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'

const party = 'parley'

export interface TokenSettings {
  readonly accessSecret: string
  readonly refreshSecret: string
  readonly accessSeconds: number
}

export interface TokenSubject {
  readonly userId: string
  readonly sessionId: string
}

export interface Tokens {
  /** Never outlives the session. */
  access(subject: TokenSubject, sessionEnds: Date): Promise<string>
  /** What the cookie holds: good wherever an access token is, as long as the session. */
  session(subject: TokenSubject, sessionEnds: Date): Promise<string>
  /** Whom an access or session token names; null where it's forged, foreign or expired. */
  read(token: string): Promise<TokenSubject | null>
  refresh(sessionId: string, generation: number): string
  /** null where the token is forged. */
  readRefresh(token: string): { readonly sessionId: string; readonly generation: number } | null
}

const Claims = z.object({ sub: z.guid(), sid: z.guid() })

export function createTokens(settings: TokenSettings, clock: Clock): Tokens {
  const key = new TextEncoder().encode(settings.accessSecret)
  const seconds = (at: number) => Math.floor(at / 1000)

  const sign = ({ userId, sessionId }: TokenSubject, expires: number, claims: Record<string, string>) =>
    new SignJWT({ ...claims, sid: sessionId })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setIssuer(party)
      .setAudience(party)
      .setIssuedAt(seconds(clock.now()))
      .setExpirationTime(expires)
      .sign(key)

  return {
    access: (subject, sessionEnds) =>
      sign(subject, Math.min(seconds(clock.now()) + settings.accessSeconds, seconds(sessionEnds.getTime())), {}),
    session: (subject, sessionEnds) => sign(subject, seconds(sessionEnds.getTime()), { use: 'session' }),

    async read(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          issuer: party,
          audience: party,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.now()),
        })
        const claims = Claims.safeParse(payload)
        return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : null
      } catch (error) {
        if (error instanceof errors.JOSEError) return null
        throw error
      }
    },

    refresh: (sessionId, generation) => writeRefresh(settings.refreshSecret, sessionId, generation),

    readRefresh(token) {
      const [id = '', generation = ''] = token.split('.')
      const sessionId = readSessionId(id)
      if (sessionId === null || !/^\d{1,9}$/.test(generation)) return null
      const genuine = Buffer.from(writeRefresh(settings.refreshSecret, sessionId, Number(generation)))
      const given = Buffer.from(token)
      if (given.length !== genuine.length || !timingSafeEqual(given, genuine)) return null
      return { sessionId, generation: Number(generation) }
    },
  }
}

/** Generation n+1 is known as soon as n is, so a repeated refresh can be given the same successor and none need be stored. */
function writeRefresh(secret: string, sessionId: string, generation: number): string {
  const id = Buffer.from(sessionId.replaceAll('-', ''), 'hex').toString('base64url')
  const mac = createHmac('sha256', secret).update(`${sessionId}|${generation}`).digest('base64url')
  return `${id}.${generation}.${mac}`
}

function readSessionId(id: string): string | null {
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(Buffer.from(id, 'base64url').toString('hex'))
  return parts === null ? null : parts.slice(1).join('-')
}
