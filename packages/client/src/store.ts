/** Where a client keeps what it knows between two starts: a small place for values under keys. */

export interface Store {
  /** Everything kept under keys that begin with `prefix`, by key. */
  read(prefix: string): Promise<ReadonlyMap<string, unknown>>
  /**
   * Keeps values, which are plain data, and removes keys whose value is undefined: on disk once it resolves. Each key wholly or
   * not at all, and one after the other or all at once: what a crash in between leaves is a beginning of them.
   */
  write(changes: ReadonlyMap<string, unknown>): Promise<void>
  /** Removes everything under keys that begin with `prefix`. */
  clear(prefix: string): Promise<void>
}

/** Keeps things as long as the client lives. */
export function memoryStore(): Store {
  const kept = new Map<string, unknown>()
  return {
    read: async (prefix) => new Map([...kept].filter(([key]) => key.startsWith(prefix))),
    async write(changes) {
      for (const [key, value] of changes) {
        if (value === undefined) kept.delete(key)
        else kept.set(key, value)
      }
    },
    async clear(prefix) {
      for (const key of [...kept.keys()].filter((each) => each.startsWith(prefix))) kept.delete(key)
    },
  }
}
