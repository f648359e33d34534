/** CSRF tokens (the signed double submit of OWASP): nothing is stored, each is bound to the visitor's session, or to a random cookie before there is one. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { HttpExchange } from '../../core/call.ts'
import type { Tokens } from './tokens.ts'

type Cookies = Readonly<Record<string, string | undefined>>

const anonymousCookie = 'csrf'

export interface Csrf {
  issue(http: HttpExchange): Promise<string>
  accepts(request: { readonly token: string | undefined; readonly cookies: Cookies }): Promise<boolean>
}

export function createCsrf(tokens: Tokens, settings: { readonly accessSecret: string; readonly refreshSeconds: number }): Csrf {
  const key = createHmac('sha256', settings.accessSecret).update('csrf').digest()

  const boundTo = async ({ token, refreshToken, [anonymousCookie]: anonymous }: Cookies): Promise<string | null> => {
    const session = token === undefined ? null : await tokens.read(token)
    if (session !== null) return `session|${session.sessionId}`
    const refresh = refreshToken === undefined ? null : tokens.readRefresh(refreshToken)
    if (refresh !== null) return `session|${refresh.sessionId}`
    return anonymous === undefined ? null : `visitor|${anonymous}`
  }
  const write = (subject: string, nonce: string) =>
    `${nonce}.${createHmac('sha256', key).update(`${subject}|${nonce}`).digest('base64url')}`

  return {
    async issue(http) {
      const names = ['token', 'refreshToken', anonymousCookie]
      let subject = await boundTo(Object.fromEntries(names.map((name) => [name, http.cookie(name)])))
      if (subject === null) {
        const anonymous = randomBytes(16).toString('base64url')
        http.setCookie(anonymousCookie, anonymous, settings.refreshSeconds)
        subject = `visitor|${anonymous}`
      }
      return write(subject, randomBytes(16).toString('base64url'))
    },

    async accepts({ token, cookies }) {
      const subject = await boundTo(cookies)
      if (subject === null || token === undefined) return false
      const given = Buffer.from(token)
      const genuine = Buffer.from(write(subject, token.split('.', 1)[0] ?? ''))
      return given.length === genuine.length && timingSafeEqual(given, genuine)
    },
  }
}
