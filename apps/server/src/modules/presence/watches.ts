import type { Viewer } from '../../core/call.ts'

/** Two-way lists of who watches whom, by session, with the person that each session speaks for. */
export class Watches {
  readonly #watchers = new Map<string, Map<string, string>>()
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
      const watchers = this.#watchers.get(userId) ?? new Map<string, string>()
      this.#watchers.set(userId, watchers.set(sessionId, viewerId))
    }
  }

  /** By session, whose it is. */
  of(userId: string): ReadonlyMap<string, string> {
    return this.#watchers.get(userId) ?? new Map()
  }
}
