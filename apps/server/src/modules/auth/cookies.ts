import type { HttpExchange } from '../../core/call.ts'

/** Nobody but these routes needs the refresh token, so it goes nowhere else. */
const refreshPath = '/api/auth'

export interface LoginCookies {
  readonly sessionToken: string
  readonly refreshToken: string
  /** Seconds. */
  readonly maxAge: number
}

export function setLoginCookies(http: HttpExchange | null, { sessionToken, refreshToken, maxAge }: LoginCookies): void {
  http?.setCookie('token', sessionToken, maxAge)
  http?.setCookie('refreshToken', refreshToken, maxAge, refreshPath)
}

export function removeLoginCookies(http: HttpExchange | null): void {
  http?.setCookie('token', '', null)
  http?.setCookie('refreshToken', '', null, refreshPath)
}
