/** Where the tokens of a session are kept between requests, and how long an access token is good. */
import type { Tokens } from '@parley/protocol/auth'

/** Keeps one session's tokens. Any member may be asynchronous. */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>
  save(tokens: Tokens): void | Promise<void>
  clear(): void | Promise<void>
  /** A name under which all tabs of this browser, and nobody else, find the same tokens. Absent where they are one tab's alone. */
  readonly sharedAs?: string
}

/** Tokens that last as long as the client does. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | undefined
  return {
    load: () => kept,
    save: (tokens) => {
      kept = tokens
    },
    clear: () => {
      kept = undefined
    },
  }
}

/** What `localStorage` and `sessionStorage` have in common with others of their kind. */
export interface WebStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Tokens in `localStorage` (outlives the tab, shared by all tabs) or `sessionStorage` (this tab only). */
export function webStorageTokens(storage: WebStorage, key = 'parley.tokens'): TokenStore {
  return {
    load: () => parseTokens(storage.getItem(key)),
    save: (tokens) => storage.setItem(key, JSON.stringify(tokens)),
    clear: () => storage.removeItem(key),
    ...(storage === sharedStorage() && { sharedAs: key }),
  }
}

/** What all tabs of this browser share; undefined outside of browsers, and in pages that may not use it. */
export function sharedStorage(): WebStorage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}

/** What others wrote under our key counts as nothing. */
function parseTokens(stored: string | null): Tokens | undefined {
  if (stored === null) return undefined
  try {
    const { accessToken, refreshToken } = JSON.parse(stored) as Record<string, unknown>
    return typeof accessToken === 'string' && typeof refreshToken === 'string' ? { accessToken, refreshToken } : undefined
  } catch {
    return undefined
  }
}

interface Lifetime {
  /** Seconds since 1970, by the server's clock. */
  readonly expiresAt: number
  /** Seconds. */
  readonly length: number
}

/** When an access token (a JWT, RFC 7519) ends; undefined where it doesn't say. */
export function lifetimeOf(accessToken: string): Lifetime | undefined {
  const { exp, iat } = claimsOf(accessToken)
  if (typeof exp !== 'number') return undefined
  return { expiresAt: exp, length: typeof iat === 'number' ? exp - iat : exp - Date.now() / 1000 }
}

/** The id of the person whom an access token speaks for; undefined where it doesn't say. */
export function subjectOf(accessToken: string | undefined): string | undefined {
  const { sub } = claimsOf(accessToken ?? '')
  return typeof sub === 'string' ? sub : undefined
}

/** What a token says of itself; nothing, where it isn't a JWT. */
function claimsOf(accessToken: string): Record<string, unknown> {
  try {
    const payload = (accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    return JSON.parse(atob(payload)) as Record<string, unknown>
  } catch {
    return {}
  }
}
