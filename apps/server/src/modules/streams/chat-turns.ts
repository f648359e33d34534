/**
 * One turn at a time per chat within this process: from taking numbers in a chat's stream until what took them is
 * handed to the sockets. So frames leave in the order of their numbers without anybody sorting them.
 */
export class ChatTurns {
  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #freed: (chatId: string) => void

  /** `freed` is called when a chat's turn ends and nobody waits for the next. */
  constructor(freed: (chatId: string) => void) {
    this.#freed = freed
  }

  isTaken(chatId: string): boolean {
    return this.#waiting.has(chatId)
  }

  /** Takes the turn if nobody has it. */
  tryTake(chatId: string): boolean {
    if (this.#waiting.has(chatId)) return false
    this.#waiting.set(chatId, [])
    return true
  }

  /** Runs `work` in a turn of its own. */
  async during<T>(chatId: string, work: () => Promise<T>): Promise<T> {
    if (!this.tryTake(chatId)) await new Promise<void>((mine) => this.#waiting.get(chatId)?.push(mine))
    try {
      return await work()
    } finally {
      this.release(chatId)
    }
  }

  release(chatId: string): void {
    const next = this.#waiting.get(chatId)?.shift()
    if (next !== undefined) {
      next()
      return
    }
    this.#waiting.delete(chatId)
    this.#freed(chatId)
  }
}
