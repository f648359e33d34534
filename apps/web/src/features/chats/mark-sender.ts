interface Mark {
  /** The furthest that was asked for, and the furthest that was said. */
  wanted: number
  said: number
  resting: boolean
}

/** Of one chat nothing is said more often, in milliseconds. */
const everyMs = 1_000

/** Says how far one has come in each chat: at once, then the furthest only, once a second at most. */
export class MarkSender {
  readonly #send: (chatId: string, seq: number) => Promise<unknown>
  readonly #marks = new Map<string, Mark>()

  constructor(send: (chatId: string, seq: number) => Promise<unknown>) {
    this.#send = send
  }

  mark(chatId: string, seq: number) {
    const mark = this.#marks.get(chatId) ?? { wanted: 0, said: 0, resting: false }
    this.#marks.set(chatId, mark)
    mark.wanted = Math.max(mark.wanted, seq)
    this.#say(chatId, mark)
  }

  #say(chatId: string, mark: Mark) {
    if (mark.resting || mark.wanted <= mark.said) return
    const seq = mark.wanted
    mark.said = seq
    mark.resting = true
    this.#send(chatId, seq).catch(() => {
      // Nobody has to know: it's asked for again with the next message, glance or connection.
      mark.said = 0
      if (mark.wanted === seq) mark.wanted = 0
    })
    setTimeout(() => {
      mark.resting = false
      this.#say(chatId, mark)
    }, everyMs)
  }
}
