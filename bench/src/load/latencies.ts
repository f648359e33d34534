/** How long things took: counted in classes 1 % wide, so that ten million of them need no more room or time than ten. */

const perDoubling = 64
/** From a microsecond to more than an hour. */
const classes = 32 * perDoubling

export class Latencies {
  readonly #counts = new Uint32Array(classes)
  #total = 0

  get count(): number {
    return this.#total
  }

  add(milliseconds: number): void {
    const place = Math.floor(Math.log2(Math.max(1, milliseconds * 1000)) * perDoubling)
    this.#counts[Math.min(place, classes - 1)] = (this.#counts[Math.min(place, classes - 1)] as number) + 1
    this.#total++
  }

  /** The time within which this share was done, in milliseconds; 0 where nothing was. */
  quantile(share: number): number {
    const wanted = Math.ceil(this.#total * share)
    let seen = 0
    for (let place = 0; place < classes && this.#total > 0; place++) {
      seen += this.#counts[place] as number
      if (seen >= wanted) return 2 ** ((place + 0.5) / perDoubling) / 1000
    }
    return 0
  }
}
