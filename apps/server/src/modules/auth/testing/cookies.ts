import { randomUUID } from 'node:crypto'
import type { Answer } from '../../../testing/client.ts'

export interface SetCookie {
  readonly value: string
  /** `HttpOnly`, `Path=/`, …, as they stand there. */
  readonly attributes: readonly string[]
}

/** The cookies of a login that an answer sets. */
export function cookiesIn({ headers }: Answer<unknown>): { token: SetCookie; refreshToken: SetCookie } {
  const cookies = new Map(headers.getSetCookie().map(readCookie))
  const [token, refreshToken] = [cookies.get('token'), cookies.get('refreshToken')]
  if (token === undefined || refreshToken === undefined) throw new Error(`these are not the cookies of a login: ${[...cookies.keys()]}`)
  return { token, refreshToken }
}

function readCookie(line: string): [string, SetCookie] {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  return [pair.slice(0, equals), { value: decodeURIComponent(pair.slice(equals + 1)), attributes }]
}

/** A word that is in no other account. */
export const unique = () => `u${randomUUID().replaceAll('-', '').slice(0, 14)}`
