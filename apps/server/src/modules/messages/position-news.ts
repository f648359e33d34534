import type { PayloadOf } from '@parley/protocol/define'
import type { messageStatusUpdate } from '@parley/protocol/messages'

/** Longer than any two writings of positions overtake each other. */
const remembered = 20_000

/**
 * What people here were told of positions lately. Two servers, and two writings of one, may tell in another order than they
 * wrote: what has been overtaken is told no more, so that no tick goes back (S1).
 */
export class PositionNews {
  readonly #told = new Map<string, number>()

  /** Those of `userIds` to whom this is new; from now on it isn't. */
  newTo(userIds: readonly string[], { chatId, userId, status, seq }: PayloadOf<typeof messageStatusUpdate>): string[] {
    return userIds.filter((recipientId) => {
      const key = `${chatId} ${userId} ${status} ${recipientId}`
      const known = this.#told.get(key) ?? 0
      this.#told.delete(key)
      this.#told.set(key, Math.max(known, seq))
      const [oldest] = this.#told.keys()
      if (this.#told.size > remembered && oldest !== undefined) this.#told.delete(oldest)
      return seq > known
    })
  }
}
