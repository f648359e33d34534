/** A set of positive whole numbers, a bit for each: a device of a long run has come past several hundred thousand. */
export class Numbers {
  #bits = new Uint32Array(64)

  has(number: number): boolean {
    return ((this.#bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0
  }

  /** Adds the numbers above `from` up to `to`. */
  add(from: number, to: number): void {
    if (to >>> 5 >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(this.#bits.length * 2, (to >>> 5) + 1))
      grown.set(this.#bits)
      this.#bits = grown
    }
    for (let number = from + 1; number <= to; number++)
      this.#bits[number >>> 5] = (this.#bits[number >>> 5] as number) | (1 << (number & 31))
  }

  /** Those from 1 to `to` that aren't in it; at most `limit` of them. */
  missing(to: number, limit = 20): number[] {
    const missing: number[] = []
    for (let number = 1; number <= to && missing.length < limit; number++) if (!this.has(number)) missing.push(number)
    return missing
  }
}
