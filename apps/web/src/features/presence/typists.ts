const nobody: readonly string[] = []

/** Somebody whose end of writing got lost is forgotten after this, in milliseconds. The server tells a beginning once, and the end six seconds after the last key. */
const forgottenAfterMs = 60_000

/** Who is writing where; observable for React's useSyncExternalStore. */
export class Typists {
  #byChat: ReadonlyMap<string, readonly string[]> = new Map()
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  };

  /** Their ids, in the order in which they began. */
  in(chatId: string): readonly string[] {
    return this.#byChat.get(chatId) ?? nobody
  }

  began(chatId: string, userId: string) {
    const key = `${chatId} ${userId}`
    clearTimeout(this.#timers.get(key))
    this.#timers.set(
      key,
      setTimeout(() => this.ended(chatId, userId), forgottenAfterMs),
    )
    if (!this.in(chatId).includes(userId)) this.#put(chatId, [...this.in(chatId), userId])
  }

  ended(chatId: string, userId: string) {
    const key = `${chatId} ${userId}`
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    if (!this.in(chatId).includes(userId)) return
    const others = this.in(chatId).filter((id) => id !== userId)
    this.#put(chatId, others)
  }

  /** After a lost connection nobody knows who is still writing. */
  forgetAll() {
    for (const [chatId, userIds] of this.#byChat) for (const userId of userIds) this.ended(chatId, userId)
  }

  #put(chatId: string, userIds: readonly string[]) {
    this.#byChat = new Map(this.#byChat).set(chatId, userIds)
    for (const listener of this.#listeners) listener()
  }
}
