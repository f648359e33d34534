import type { Message } from '@parley/protocol/messages'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChatInput, type ChatState, foldChatInput, hasHole, newChatState } from './chat-fold.ts'
import { type Happening, myId, StreamModel } from './testing/stream-model.ts'

/** A frame may quote what was said this many numbers later: quotes are read after the commit. */
const longestQuoteDelay = 3

const happenings = fc.array(
  fc.record<Happening>({
    what: fc.constantFrom('send', 'send', 'send', 'edit', 'edit', 'delete', 'join', 'leave', 'role'),
    target: fc.nat(20),
    quoteDelay: fc.nat(longestQuoteDelay),
  }),
  { minLength: 5, maxLength: 45, size: 'max' },
)

/** What a network and its client do next; the numbers choose which frame, and how late what is read. */
interface Step {
  readonly what: 'time passes' | 'any frame' | 'next frame' | 'connect' | 'lose' | 'answer' | 'ask older' | 'older arrives'
  readonly one: number
  readonly other: number
}

const often = ['time passes', 'next frame', 'ask older', 'older arrives'] as const

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(...often, ...often, ...often, 'any frame', 'any frame', 'connect', 'lose', 'answer', 'answer'),
    one: fc.nat(1000),
    other: fc.nat(1000),
  }),
  { minLength: 10, maxLength: 100, size: 'max' },
)

/** A device in a world where anything comes late, twice or not at all, though nothing before it happened. */
class Device {
  state: ChatState = newChatState
  readonly #stream: StreamModel
  /** How many numbers of the stream there are by now. */
  #now: number
  /** When the answer that is awaited was asked for, and from where. */
  #asked = { at: 0, from: 0 }
  readonly #pages: Extract<ChatInput, { kind: 'older' }>[] = []

  constructor(stream: StreamModel, now: number) {
    this.#stream = stream
    this.#now = now
  }

  put(input: ChatInput) {
    this.state = foldChatInput(this.state, input)
    if (this.state.connected && hasHole(this.state)) this.connect()
    this.#check()
  }

  connect() {
    this.#asked = { at: this.#now, from: this.state.appliedSeq }
    this.put({ kind: 'catching_up', userId: myId })
  }

  /** What is awaited comes: it was read at some time since it was asked for. */
  answer(one = 1000, other = 1000) {
    if (!this.state.catchingUp) return
    const [early, late] = [this.#since(this.#asked.at, one), this.#since(this.#asked.at, other)].toSorted((a, b) => a - b) as [
      number,
      number,
    ]
    if (this.state.phase === 'loading') {
      const page = this.#stream.page(Number.POSITIVE_INFINITY, 3, early, late)
      return this.put({ kind: 'opened', chat: { ...this.#stream.chat(late), lastSeq: this.#since(this.#asked.at, one + other) }, page })
    }
    this.put({ kind: 'synced', delta: this.#stream.delta(this.#asked.from, early, late) })
  }

  frame(seq: number) {
    if (seq >= 1 && seq <= this.#now && this.state.connected) this.put({ kind: 'frame', frame: this.#stream.frame(seq) })
  }

  askOlder(one: number) {
    const { phase, loaded } = this.state
    if (phase !== 'open' || loaded.oldestSeq === 0) return
    const before = loaded.oldestSeq
    const asOf = Math.max(0, this.#now - (one % 3))
    this.#pages.push({ kind: 'older', before, page: this.#stream.page(before, 1 + (one % 6), asOf, this.#now) })
  }

  olderArrives(one: number) {
    const [page] = this.#pages.splice(one % Math.max(1, this.#pages.length), 1)
    if (page !== undefined) this.put(page)
  }

  do({ what, one, other }: Step) {
    if (what === 'time passes') this.#now = Math.min(this.#stream.length, this.#now + (one % 5))
    if (what === 'any frame') this.frame(1 + (one % Math.max(1, this.#now)))
    if (what === 'next frame') this.frame(this.state.appliedSeq + 1)
    if (what === 'connect') this.connect()
    if (what === 'lose') this.put({ kind: 'lost' })
    if (what === 'answer') this.answer(one, other)
    if (what === 'ask older') this.askOlder(one)
    if (what === 'older arrives') this.olderArrives(one)
  }

  /** Everything has happened, and the connection holds. */
  settle() {
    this.#now = this.#stream.length
    this.put({ kind: 'lost' })
    for (let rounds = 0; rounds < 3; rounds += 1) {
      this.connect()
      this.answer()
    }
    for (let pages = 0; this.state.loaded.oldestSeq > 0 && pages < 60; pages += 1) {
      this.askOlder(pages)
      while (this.#pages.length > 0) this.olderArrives(0)
    }
  }

  #since(earliest: number, choice: number) {
    return choice >= 1000 ? this.#now : earliest + (choice % (this.#now - earliest + 1))
  }

  /** At no moment is anything missing, doubled, out of order or older than what was applied. */
  #check() {
    const { phase, loaded, appliedSeq } = this.state
    if (phase !== 'open') return
    const expected = this.#stream.at(appliedSeq).messages.filter(({ seq }) => seq >= loaded.oldestSeq)
    expect(loaded.messages.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    const since = this.#stream.moments(appliedSeq, this.#now + longestQuoteDelay)
    const versionsOf = (wanted: string) => since.flatMap(({ messages }) => messages.find(({ id }) => id === wanted) ?? [])
    for (const { id, rev, replyTo } of loaded.messages) {
      expect(versionsOf(id).map((version) => version.rev)).toContain(rev)
      if (replyTo !== null) expect(versionsOf(replyTo.id).map(textOf)).toContain(textOf(replyTo))
    }
  }
}

const textOf = ({ content }: Pick<Message, 'content'>) => content?.text ?? 'deleted'

/** Everything came live, once and in order. */
function alwaysOnline(stream: StreamModel): ChatState {
  const device = new Device(stream, 0)
  device.connect()
  device.answer()
  const frames = Array.from({ length: stream.length }, (_, index) => stream.frame(index + 1))
  return frames.reduce((state, frame) => foldChatInput(state, { kind: 'frame', frame }), device.state)
}

const shown = ({ chat, loaded, appliedSeq }: ChatState) => ({ chat, messages: loaded.messages, appliedSeq })

test('applying the stream in order gives what history shows (O3)', () => {
  fc.assert(
    fc.property(happenings, (given) => {
      const stream = new StreamModel(given)
      const { length } = stream
      expect(shown(alwaysOnline(stream))).toEqual({ chat: stream.chat(length), messages: stream.at(length).messages, appliedSeq: length })
    }),
    { numRuns: 200 },
  )
})

test('whatever comes late, twice, out of order or never, the end is as if all had come in order, and no moment before shows a gap (O1, O3, C1, E2)', () => {
  fc.assert(
    fc.property(happenings, fc.nat(12), steps, (given, before, taken) => {
      const stream = new StreamModel(given)
      const device = new Device(stream, Math.min(before, stream.length))
      for (const step of taken) device.do(step)
      device.settle()
      expect(shown(device.state)).toEqual(shown(alwaysOnline(stream)))
      expect(device.state.held.size).toBe(0)
    }),
    { numRuns: 500, interruptAfterTimeLimit: 20_000 },
  )
})
