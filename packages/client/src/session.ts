/** Being logged in: which token goes with the next request, and how it is replaced when it has run out. */
import type { Tokens } from '@parley/protocol/auth'
import { ParleyError } from './parley-error.ts'
import { lifetimeOf, type TokenStore } from './tokens.ts'

export interface Session {
  /** A token good for the next request; undefined where nobody is logged in or a cookie does the work. */
  accessToken(): Promise<string | undefined>
  /** After the server refused `refused`: another token, or undefined when the session is over. */
  replace(refused: string | undefined): Promise<string | undefined>
  /** The server took us for somebody. */
  confirm(): void
  begin(tokens: Tokens): Promise<void>
  end(): Promise<void>
}

/** Failures after which a refresh token will never work again. */
const final: readonly string[] = ['INVALID_REFRESH_TOKEN', 'UNAUTHENTICATED', 'VALIDATION_FAILED']

/** Tokens are replaced this long before they end, or at half their life where that is shorter. Seconds. */
const margin = 30

interface BearerParts {
  readonly store: TokenStore
  /** Asks the server; the successor of `refreshToken` comes with the answer. */
  readonly requestTokens: (refreshToken: string) => Promise<Tokens>
  /** The server refused the refresh token: the session is over, and the store empty. */
  readonly onRefused: () => void
}

/** A session whose tokens we hold. However many requests find the token too old, one refresh serves them all. */
export function bearerSession({ store, requestTokens, onRefused }: BearerParts): Session {
  let refreshing: Promise<string | undefined> | undefined
  /** A device's clock may be wrong; how long ago a token came is known all the same. */
  let received: { readonly accessToken: string; readonly at: number } | undefined

  async function keep(tokens: Tokens) {
    received = { accessToken: tokens.accessToken, at: Date.now() }
    await store.save(tokens)
  }

  function endsSoon(accessToken: string) {
    const lifetime = lifetimeOf(accessToken)
    if (lifetime === undefined) return false
    const now = Date.now()
    const left = received?.accessToken === accessToken ? lifetime.length - (now - received.at) / 1000 : lifetime.expiresAt - now / 1000
    return left < Math.min(margin, lifetime.length / 2)
  }

  async function exchange() {
    const used = await store.load()
    if (used === undefined) return undefined
    const successor = await requestTokens(used.refreshToken).catch((error: unknown) => {
      if (error instanceof ParleyError && final.includes(error.code)) return undefined
      throw error
    })
    // Meanwhile somebody may have logged in or out here, or refreshed in another tab with the same store: that stands.
    const current = await store.load()
    if (current?.refreshToken !== used.refreshToken) return current?.accessToken
    if (successor !== undefined) {
      await keep(successor)
      return successor.accessToken
    }
    await store.clear()
    onRefused()
    return undefined
  }

  function refresh() {
    refreshing ??= exchange().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  return {
    async accessToken() {
      const tokens = await store.load()
      if (tokens === undefined) return undefined
      return refreshing !== undefined || endsSoon(tokens.accessToken) ? refresh() : tokens.accessToken
    },
    async replace(refused) {
      const tokens = await store.load()
      return tokens === undefined || tokens.accessToken === refused ? refresh() : tokens.accessToken
    },
    confirm() {},
    begin: keep,
    end: async () => store.clear(),
  }
}

/** A session in an httpOnly cookie, which lasts by itself until the server ends it. */
export function cookieSession(onRefused: () => void): Session {
  /** Scripts can't see the cookie; whether it is any good shows in the answers. */
  let active = false
  return {
    accessToken: async () => undefined,
    async replace() {
      if (active) onRefused()
      active = false
      return undefined
    },
    confirm() {
      active = true
    },
    async begin() {
      active = true
    },
    async end() {
      active = false
    },
  }
}
