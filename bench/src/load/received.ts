/** Which of the numbers 0, 1, 2… one recipient has received: a bit for each. */
export class Received {
  #bits = new Uint8Array(64)
  #count = 0

  /** How many different ones have come. */
  get count(): number {
    return this.#count
  }

  /** Whether this is the first time that the number comes. */
  add(number: number): boolean {
    const byte = number >> 3
    if (byte >= this.#bits.length) this.#grow(byte)
    const bit = 1 << (number & 7)
    const before = this.#bits[byte] as number
    if ((before & bit) !== 0) return false
    this.#bits[byte] = before | bit
    this.#count++
    return true
  }

  #grow(byte: number): void {
    const larger = new Uint8Array(2 * (byte + 1))
    larger.set(this.#bits)
    this.#bits = larger
  }
}
