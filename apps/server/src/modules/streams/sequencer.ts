/** The numbers of a stream above `from` up to `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Brings the pieces of one stream into their order. They come late, twice, overlapping or not at all; each number is
 * released once, and none before all those below it. It has no clock: when to stop waiting is for the caller to say.
 */
export class Sequencer<Piece extends Span> {
  /** Up to here everything is released; null until it's known where to begin. */
  #at: number | null = null
  /** The stream is known to have come this far. */
  #known = 0
  /** In order of `from`. */
  #held: Piece[] = []

  get at(): number | null {
    return this.#at
  }

  /** Where to begin if nothing earlier comes; null while nothing is held. */
  get first(): number | null {
    return this.#held[0]?.from ?? null
  }

  /** How far the stream has come, as far as is known. */
  get known(): number {
    return this.#known
  }

  get size(): number {
    return this.#held.length
  }

  /** false where nothing of it is new. */
  offer(piece: Piece): boolean {
    this.expect(piece.to)
    if (this.#at === null && piece.from === 0) this.#at = 0
    if (this.#at !== null && piece.to <= this.#at) return false
    const place = this.#held.findLastIndex((held) => held.from <= piece.from) + 1
    this.#held.splice(place, 0, piece)
    return true
  }

  /** The stream has come to `seq`, whether or not anything of it arrives. */
  expect(seq: number): void {
    this.#known = Math.max(this.#known, seq)
  }

  /** The piece that may be released now; only its numbers above `at` are new. */
  peek(): Piece | undefined {
    const [first] = this.#held
    return first !== undefined && this.#at !== null && first.from <= this.#at ? first : undefined
  }

  /**
   * Everything up to `seq` is released, or isn't waited for any more. Returns what is held no longer, since nothing of it
   * is new.
   */
  moveTo(seq: number): Piece[] {
    const at = Math.max(seq, this.#at ?? 0)
    this.#at = at
    const [past, held] = [this.#held.filter(({ to }) => to <= at), this.#held.filter(({ to }) => to > at)]
    this.#held = held
    return past
  }

  /** What must come before anything else can be released; null where that is nothing, or where it's not known where to begin. */
  missing(): Span | null {
    if (this.#at === null || this.peek() !== undefined) return null
    const to = this.first ?? this.#known
    return to > this.#at ? { from: this.#at, to } : null
  }

  /** Lets go of everything held, which is missing from then on. */
  drop(): Piece[] {
    return this.#held.splice(0)
  }
}
