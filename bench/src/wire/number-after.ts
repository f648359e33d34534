/** Finds a number in bytes without decoding them. */

const zero = 0x30

/**
 * The number that follows a mark. Messages of one server look alike, so the mark is where it was the last time, or close by:
 * that is looked at before anything is searched.
 */
export class NumberAfter {
  readonly #mark: Buffer
  #usual = 0

  constructor(mark: string) {
    this.#mark = Buffer.from(mark, 'latin1')
  }

  /** In the bytes from `start` up to `end`; -1 where there is no such number. */
  in(bytes: Buffer, start: number, end: number): number {
    let at = start + this.#usual
    if (at >= end || !this.#isAt(bytes, at)) {
      at = bytes.indexOf(this.#mark, start)
      if (at < 0 || at >= end) return -1
      this.#usual = at - start
    }
    let number = -1
    for (let place = at + this.#mark.length; place < end; place++) {
      const digit = (bytes[place] as number) - zero
      if (digit < 0 || digit > 9) break
      number = (number < 0 ? 0 : number) * 10 + digit
    }
    return number
  }

  #isAt(bytes: Buffer, at: number): boolean {
    const mark = this.#mark
    for (let place = 0; place < mark.length; place++) if (bytes[at + place] !== mark[place]) return false
    return true
  }
}
