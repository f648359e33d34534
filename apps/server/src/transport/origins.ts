/**
 * Which pages may use a visitor's cookies. Browsers say where a request comes from in `Origin` and `Sec-Fetch-Site`,
 * which scripts can't forge; what sends neither is no browser.
 */
import type { IncomingHttpHeaders } from 'node:http'

export interface OriginRule {
  /** Origins allowed by configuration, such as https://chat.example. */
  readonly allowed: readonly string[]
  /** The address people reach the server by, where it's configured. */
  readonly publicUrl: string | null
}

export const isListed = (rule: OriginRule, origin: string): boolean => rule.allowed.includes(origin)

export function isOwnPage(rule: OriginRule, headers: IncomingHttpHeaders): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers
  if (origin !== undefined && isListed(rule, origin)) return true
  if (site !== undefined) return site === 'same-origin' || site === 'same-site' || site === 'none'
  if (origin === undefined) return true
  if (rule.publicUrl !== null && origin === new URL(rule.publicUrl).origin) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const loopbackAddress = /^(::ffff:)?127\.|^::1$/

/** From this machine, by no proxy, and under a loopback name (a page that rebinds its own name here is foreign). */
export function isLoopback(remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
  const proxied = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return !proxied && loopbackAddress.test(remoteAddress ?? '') && loopbackHost.test(headers.host ?? '')
}
