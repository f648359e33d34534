import type { Viewer } from '../../core/call.ts'

/** Somebody's session that watches a person. */
export interface Watcher {
  readonly viewerId: string
  /** Whether it was last shown that the person is there, and so must be shown when that is over (S3). */
  sawOnline: boolean
}

/** Two-way lists of who watches whom, by session. */
export class Watches {
  readonly #watchers = new Map<string, Map<string, Watcher>>()
  readonly #watched = new Map<string, readonly string[]>()

  set({ sessionId, userId: viewerId }: Viewer, userIds: readonly string[]): void {
    for (const userId of this.#watched.get(sessionId) ?? []) {
      const watchers = this.#watchers.get(userId)
      watchers?.delete(sessionId)
      if (watchers?.size === 0) this.#watchers.delete(userId)
    }
    this.#watched.delete(sessionId)
    if (userIds.length === 0) return
    this.#watched.set(sessionId, userIds)
    for (const userId of userIds) {
      const watchers = this.#watchers.get(userId) ?? new Map<string, Watcher>()
      this.#watchers.set(userId, watchers.set(sessionId, { viewerId, sawOnline: false }))
    }
  }

  /** By session, who watches a person. */
  of(userId: string): ReadonlyMap<string, Watcher> {
    return this.#watchers.get(userId) ?? new Map()
  }
}
