/** A sign that I am writing is repeated after this, in milliseconds. */
const everyMs = 3_000

interface Signs {
  readonly start: (chatId: string) => void
  readonly stop: (chatId: string) => void
}

/** Says that I am writing in a chat, and that I have stopped. */
export class OwnTyping {
  readonly #signs: Signs
  readonly #lastSign = new Map<string, number>()

  constructor(signs: Signs) {
    this.#signs = signs
  }

  /** The field holds this text now; `now` in milliseconds. */
  wrote(chatId: string, text: string, now = Date.now()) {
    if (text.trim() === '') return this.stopped(chatId)
    if (now - (this.#lastSign.get(chatId) ?? Number.NEGATIVE_INFINITY) < everyMs) return
    this.#lastSign.set(chatId, now)
    this.#signs.start(chatId)
  }

  /** It was sent, emptied or left. */
  stopped(chatId: string) {
    if (this.#lastSign.delete(chatId)) this.#signs.stop(chatId)
  }
}
