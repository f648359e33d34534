import type { Clock } from '../../core/clock.ts'

export interface LiveSession {
  readonly sessionId: string
  readonly userId: string
  readonly role: 'user' | 'admin'
  readonly expiresAt: Date
}

export interface SessionCache {
  /** null where the session has ended; never one that was dropped before the answer. */
  get(sessionId: string): Promise<LiveSession | null>
  /** Forgets the session; what is being loaded right now is loaded anew. */
  drop(sessionId: string): void
  dropAll(): void
}

interface Loading {
  readonly state: { dropped: boolean }
  readonly result: Promise<LiveSession | null>
}

/** Other processes wait for this one to drop what they revoke; one that died may not have said so, and nothing is believed for longer. */
const maxAgeMs = 30_000
const maxEntries = 20_000

/**
 * Saves the database a query per request. `load` reads a session that is neither revoked nor expired. What is remembered
 * counts only while `cluster` is trusted: nobody waits for a process that isn't.
 */
export function createSessionCache(
  load: (sessionId: string) => Promise<LiveSession | null>,
  clock: Clock,
  cluster: { readonly writable: boolean },
): SessionCache {
  const entries = new Map<string, { readonly session: LiveSession; readonly loadedAt: number }>()
  const loading = new Map<string, Loading>()

  function keep(session: LiveSession, loadedAt: number): void {
    entries.delete(session.sessionId)
    entries.set(session.sessionId, { session, loadedAt })
    const [oldest] = entries.keys()
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
  }

  function fresh(sessionId: string): LiveSession | null {
    const entry = entries.get(sessionId)
    if (entry === undefined || !cluster.writable) return null
    const now = clock.now()
    if (now - entry.loadedAt < maxAgeMs && entry.session.expiresAt.getTime() > now) return entry.session
    entries.delete(sessionId)
    return null
  }

  /** A session that is dropped while it's read may have been read before it was revoked; then it's read again. */
  async function read(sessionId: string, state: Loading['state']): Promise<LiveSession | null> {
    try {
      for (;;) {
        state.dropped = false
        const loadedAt = clock.now()
        const session = await load(sessionId)
        if (state.dropped) continue
        if (session !== null) keep(session, loadedAt)
        return session
      }
    } finally {
      loading.delete(sessionId)
    }
  }

  function start(sessionId: string): Promise<LiveSession | null> {
    const state = { dropped: false }
    const result = read(sessionId, state)
    loading.set(sessionId, { state, result })
    return result
  }

  function drop(sessionId: string): void {
    entries.delete(sessionId)
    const current = loading.get(sessionId)
    if (current) current.state.dropped = true
  }

  return {
    get: async (sessionId) => fresh(sessionId) ?? loading.get(sessionId)?.result ?? start(sessionId),
    drop,
    dropAll() {
      for (const sessionId of [...entries.keys(), ...loading.keys()]) drop(sessionId)
    },
  }
}
