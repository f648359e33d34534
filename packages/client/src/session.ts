/** Being logged in: which token goes with the next request, and how it is replaced when it has run out. */
import type { Tokens } from '@parley/protocol/auth'
import { ParleyError } from './parley-error.ts'
import { lifetimeOf, sharedStorage, type TokenStore } from './tokens.ts'

export interface Session {
  /** A token good for the next request; undefined where nobody is logged in or a cookie does the work. */
  accessToken(): Promise<string | undefined>
  /** After the server refused `refused`: another token, or undefined when the session is over. */
  replace(refused: string | undefined): Promise<string | undefined>
  /** The server took us for somebody. */
  confirm(): void
  begin(tokens: Tokens): Promise<void>
  end(): Promise<void>
  /** Another tab ended the session. Whether this one knew of it. */
  endedElsewhere(): boolean
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
  /** Carries out a refresh when no other tab with these tokens is at it. */
  readonly inTurn: (refresh: () => Promise<string | undefined>) => Promise<string | undefined>
}

/** Which tokens are too old. A device's clock may be wrong; how long ago a token came is known all the same. */
function tokenAges() {
  let received: { readonly accessToken: string; readonly at: number } | undefined
  return {
    came(accessToken: string) {
      received = { accessToken, at: Date.now() }
    },
    endsSoon(accessToken: string) {
      const lifetime = lifetimeOf(accessToken)
      if (lifetime === undefined) return false
      const now = Date.now()
      const left = received?.accessToken === accessToken ? lifetime.length - (now - received.at) / 1000 : lifetime.expiresAt - now / 1000
      return left < Math.min(margin, lifetime.length / 2)
    },
  }
}

/** A session whose tokens we hold. However many requests, in however many tabs, find the token too old, one refresh serves them all. */
export function bearerSession({ store, requestTokens, onRefused, inTurn }: BearerParts): Session {
  /** Whether the server, or who logged in here, said that the session is any good. */
  let active = false
  let refreshing: Promise<string | undefined> | undefined
  const ages = tokenAges()

  async function keep(tokens: Tokens) {
    active = true
    ages.came(tokens.accessToken)
    await store.save(tokens)
  }

  async function exchange(tooOld: string | undefined) {
    const used = await store.load()
    if (used === undefined) return undefined
    // While we waited for our turn, another tab has done it.
    if (used.accessToken !== tooOld) return used.accessToken
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
    active = false
    onRefused()
    return undefined
  }

  function refresh(tooOld: string | undefined) {
    refreshing ??= inTurn(() => exchange(tooOld)).finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  return {
    async accessToken() {
      const tokens = await store.load()
      if (tokens === undefined) return undefined
      return refreshing !== undefined || ages.endsSoon(tokens.accessToken) ? refresh(tokens.accessToken) : tokens.accessToken
    },
    async replace(refused) {
      const tokens = await store.load()
      return tokens === undefined || tokens.accessToken === refused ? refresh(refused) : tokens.accessToken
    },
    confirm() {
      active = true
    },
    begin: keep,
    async end() {
      active = false
      await store.clear()
    },
    endedElsewhere() {
      const wasActive = active
      active = false
      return wasActive
    },
  }
}

/**
 * A session in an httpOnly cookie, which lasts by itself until the server ends it. Scripts can't see the cookie: that there is one
 * is remembered under `markName` in what all tabs share, so that a tab that was loaded later knows of a session that ended meanwhile.
 */
export function cookieSession(markName: string, onRefused: () => void): Session {
  let active = sharedStorage()?.getItem(markName) === 'yes'

  function become(next: boolean) {
    if (active === next) return
    active = next
    if (next) sharedStorage()?.setItem(markName, 'yes')
    else sharedStorage()?.removeItem(markName)
  }
  return {
    accessToken: async () => undefined,
    async replace() {
      if (!active) return undefined
      become(false)
      onRefused()
      return undefined
    },
    confirm: () => become(true),
    begin: async () => become(true),
    end: async () => become(false),
    endedElsewhere() {
      const wasActive = active
      active = false
      return wasActive
    },
  }
}
