import { expect, test } from 'vitest'
import { Sequencer, type Span } from './sequencer.ts'

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Releases what may be released and returns its numbers. */
function release(sequencer: Sequencer<Span>): number[] {
  const numbers: number[] = []
  for (let piece = sequencer.peek(); piece !== undefined; piece = sequencer.peek()) {
    for (let seq = Math.max(piece.from, sequencer.at as number) + 1; seq <= piece.to; seq++) numbers.push(seq)
    sequencer.moveTo(piece.to)
  }
  return numbers
}

const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, index) => from + index + 1)

/** A stream cut into pieces, some of which are lost, come twice or late. */
function disorder(random: () => number, end: number): Span[] {
  const pieces: { piece: Span; place: number }[] = []
  for (let from = 0; from < end; ) {
    const to = Math.min(end, from + 1 + Math.floor(random() * 4))
    const copies = random() < 0.15 ? 0 : random() < 0.2 ? 2 : 1
    for (let copy = 0; copy < copies; copy++) pieces.push({ piece: { from, to }, place: from + random() * 15 })
    from = to
  }
  return pieces.sort((one, other) => one.place - other.place).map(({ piece }) => piece)
}

test('whatever is lost, doubled or late, every number is released once and in order (O1)', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomNumbers(seed)
    const end = 5 + Math.floor(random() * 60)
    const sequencer = new Sequencer<Span>()
    sequencer.moveTo(0)
    const released: number[] = []
    for (const piece of disorder(random, end)) {
      sequencer.offer(piece)
      released.push(...release(sequencer))
      const missing = sequencer.missing()
      if (missing === null || random() < 0.7) continue
      // What was read of the log again need not end where a piece does.
      sequencer.offer({ from: missing.from, to: missing.from + 1 + Math.floor(random() * (missing.to - missing.from + 3)) })
      released.push(...release(sequencer))
    }
    sequencer.expect(end)
    for (let missing = sequencer.missing(); missing !== null; missing = sequencer.missing()) {
      sequencer.offer(missing)
      released.push(...release(sequencer))
    }
    expect(released.slice(0, end), `seed ${seed}`).toEqual(upTo(end))
    expect(sequencer.size, `seed ${seed}`).toBe(0)
  }
})

test('nothing above a hole is released until the hole is filled', () => {
  const sequencer = new Sequencer<Span>()
  sequencer.moveTo(4)
  sequencer.offer({ from: 6, to: 8 })
  sequencer.offer({ from: 9, to: 10 })
  expect(release(sequencer)).toEqual([])
  expect(sequencer.missing()).toEqual({ from: 4, to: 6 })
  sequencer.offer({ from: 4, to: 6 })
  expect(release(sequencer)).toEqual([5, 6, 7, 8])
  expect(sequencer.missing()).toEqual({ from: 8, to: 9 })
})

test('where a stream begins is not known from its first piece alone, unless that is its beginning', () => {
  const sequencer = new Sequencer<Span>()
  sequencer.offer({ from: 7, to: 8 })
  expect(sequencer.missing()).toBeNull()
  expect(release(sequencer)).toEqual([])
  sequencer.offer({ from: 5, to: 7 })
  sequencer.moveTo(sequencer.first as number)
  expect(release(sequencer)).toEqual([6, 7, 8])
  const fresh = new Sequencer<Span>()
  fresh.offer({ from: 1, to: 2 })
  fresh.offer({ from: 0, to: 1 })
  expect(release(fresh)).toEqual([1, 2])
})

test('what a stream is known to have come to is missing, also where nothing of it arrives', () => {
  const sequencer = new Sequencer<Span>()
  sequencer.moveTo(3)
  sequencer.expect(5)
  expect(sequencer.missing()).toEqual({ from: 3, to: 5 })
  sequencer.offer({ from: 3, to: 5 })
  release(sequencer)
  expect(sequencer.missing()).toBeNull()
})

test('what is let go of is missing afterwards, and what is not waited for is not', () => {
  const sequencer = new Sequencer<Span>()
  sequencer.moveTo(3)
  sequencer.offer({ from: 5, to: 6 })
  expect(sequencer.drop()).toEqual([{ from: 5, to: 6 }])
  expect(sequencer.missing()).toEqual({ from: 3, to: 6 })
  sequencer.offer({ from: 7, to: 9 })
  sequencer.offer({ from: 3, to: 4 })
  expect(sequencer.moveTo(8)).toEqual([{ from: 3, to: 4 }])
  expect(release(sequencer)).toEqual([9])
})

test('what was released before is refused', () => {
  const sequencer = new Sequencer<Span>()
  sequencer.moveTo(5)
  expect(sequencer.offer({ from: 4, to: 5 })).toBe(false)
  expect(sequencer.offer({ from: 4, to: 6 })).toBe(true)
  expect(release(sequencer)).toEqual([6])
})
