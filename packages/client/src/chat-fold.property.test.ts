import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldChatInput } from './chat-fold.ts'
import type { Frame } from './chat-frame.ts'
import { type ChatInput, type ChatState, hasHole, newChatState } from './chat-state.ts'
import { type Happening, myId } from './testing/stream-log.ts'
import { StreamModel } from './testing/stream-model.ts'

/** A frame may quote what was said this many numbers later: quotes are read after the commit. */
const longestQuoteDelay = 3

const mostly = ['send', 'send', 'edit', 'react', 'read'] as const

const happenings = fc.array(
  fc.record<Happening>({
    what: fc.constantFrom(
      ...mostly,
      ...mostly,
      ...mostly,
      'edit',
      'delete',
      'void',
      'join',
      'leave',
      'role',
      'star',
      'hide',
      'pin',
      'draft',
    ),
    target: fc.nat(20),
    quoteDelay: fc.nat(longestQuoteDelay),
  }),
  { minLength: 5, maxLength: 45, size: 'max' },
)

/** What a network and its client do next; the numbers choose which frame, and how late what is read. */
interface Step {
  readonly what:
    | 'time passes'
    | 'any frame'
    | 'next frame'
    | 'connect'
    | 'lose'
    | 'answer'
    | 'ask older'
    | 'older arrives'
    | 'aside'
    | 'count'
    | 'refill'
  readonly one: number
  readonly other: number
}

const often = ['time passes', 'next frame', 'ask older', 'older arrives', 'aside'] as const

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(...often, ...often, ...often, 'any frame', 'refill', 'connect', 'lose', 'answer', 'answer', 'count'),
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
    const before = this.state.chat
    this.state = foldChatInput(this.state, input)
    expect(movedBack(before, this.state.chat)).toEqual([])
    if (this.state.connected && hasHole(this.state)) this.connect()
    this.#check()
  }

  connect() {
    this.#asked = { at: this.#now, from: this.state.appliedSeq }
    this.put({ kind: 'catching_up', userId: myId })
  }

  /** What is awaited comes: it was read at some time since it was asked for. My own stream and how far everybody is come with it. */
  answer(one = 1000, other = 1000) {
    if (!this.state.catchingUp) return
    const [early, late] = [this.#since(this.#asked.at, one), this.#since(this.#asked.at, other)].toSorted((a, b) => a - b) as [
      number,
      number,
    ]
    for (const aside of this.#stream.asides(late)) if (aside.kind === 'own') this.put(aside)
    if (this.state.phase === 'loading') {
      const page = this.#stream.page(Number.POSITIVE_INFINITY, 3, early, late)
      const chat = this.#stream.chat(this.#now, this.#since(this.#asked.at, one + other))
      this.put({ kind: 'opened', chat, page, tempIds: {} })
    } else this.put({ kind: 'synced', delta: this.#stream.delta(this.#asked.from, early, late) })
    this.put({ kind: 'counted', counted: this.#stream.counted(early, late) })
  }

  /** Something that takes no number of the stream; several of them may come again, and in any order. */
  aside(one: number) {
    const asides = this.#stream.asides(this.#now)
    const input = asides[one % Math.max(1, asides.length)]
    if (this.state.connected && input !== undefined) this.put(input)
  }

  /** What isn't known was asked for since. */
  count(one: number) {
    if (!this.state.connected || !this.state.unread.uncertain) return
    const lastSeq = Math.max(this.state.appliedSeq, this.#now - (one % 3))
    this.put({ kind: 'counted', counted: this.#stream.counted(Math.min(lastSeq, this.#now), this.#now) })
  }

  refill(one: number, other: number) {
    const from = Math.min(this.#now, this.state.appliedSeq + (one % 3))
    const frames = this.#stream.refill(from, Math.min(this.#now, from + (other % 6)), this.#now)
    if (!this.state.connected || frames.length === 0) return
    // They come together: between two of them a message may be older than the number that is applied.
    const [last, ...others] = frames.toReversed() as [Frame, ...Frame[]]
    this.state = others.toReversed().reduce((state, frame) => foldChatInput(state, { kind: 'frame', frame }), this.state)
    this.put({ kind: 'frame', frame: last })
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
    if (what === 'aside') this.aside(one)
    if (what === 'count') this.count(one)
    if (what === 'refill') this.refill(one, other)
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
    this.count(0)
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
    // What I deleted for myself may be gone from an answer before I hear of it.
    const shownIds = loaded.messages.map(({ id }) => id)
    const mayBeGone = this.#stream.hiddenIds(this.#now)
    const inOrder = this.#stream.at(appliedSeq).messages.filter(({ id, seq }) => seq >= loaded.oldestSeq && !loaded.hidden.has(id))
    const expected = inOrder.map(({ id }) => id).filter((id) => shownIds.includes(id) || !mayBeGone.has(id))
    expect(shownIds).toEqual(expected)
    const since = this.#stream.moments(appliedSeq, this.#now + longestQuoteDelay)
    const versionsOf = (wanted: string) => since.flatMap(({ messages }) => messages.find(({ id }) => id === wanted) ?? [])
    for (const { id, rev, replyTo } of loaded.messages.filter((message) => !mayBeGone.has(message.id))) {
      expect(versionsOf(id).map((version) => version.rev)).toContain(rev)
      if (replyTo !== null && !mayBeGone.has(replyTo.id)) expect(versionsOf(replyTo.id).map(textOf)).toContain(textOf(replyTo))
    }
  }
}

/** Who of those that stay is shown less far than before. */
const movedBack = (before: Chat | null, after: Chat | null) =>
  (before?.members ?? []).filter(({ userId, joinedAt, deliveredSeq, readSeq }) => {
    const now = after?.members.find((member) => member.userId === userId && member.joinedAt === joinedAt)
    return now !== undefined && (now.deliveredSeq < deliveredSeq || now.readSeq < readSeq)
  })

const textOf = ({ content }: Pick<Message, 'content'>) => content?.text ?? 'deleted'

/** Everything came live, once and in order. */
function alwaysOnline(stream: StreamModel): ChatState {
  const device = new Device(stream, 0)
  device.connect()
  device.answer()
  const asides = (after: number): ChatInput[] => stream.asides(after).slice(after === 0 ? 0 : stream.asides(after - 1).length)
  const numbers = Array.from({ length: stream.length }, (_, index) => index + 1)
  const live = numbers.flatMap((seq): ChatInput[] => [{ kind: 'frame', frame: stream.frame(seq) }, ...asides(seq)])
  const state = live.reduce(foldChatInput, device.state)
  return state.unread.uncertain ? foldChatInput(state, { kind: 'counted', counted: stream.counted(stream.length) }) : state
}

const shown = ({ chat, loaded, appliedSeq, starredIds }: ChatState) => ({
  ...{ chat, messages: loaded.messages, appliedSeq },
  starredIds: loaded.messages.map(({ id }) => id).filter((id) => starredIds.has(id)),
})

const truth = (stream: StreamModel): ReturnType<typeof shown> => {
  const { length } = stream
  const messages = stream.visible(length)
  const starredIds = messages.map(({ id }) => id).filter((id) => stream.starredIds(length).has(id))
  return { chat: stream.chat(length), messages, appliedSeq: length, starredIds }
}

/** `sync` says no more of what I deleted for myself, so that quotes of it may say what it said before. */
function withoutQuotes(given: ReturnType<typeof truth>, stream: StreamModel): ReturnType<typeof truth> {
  const hidden = stream.hiddenIds(stream.length)
  const bare = <Item extends Message | null>(message: Item): Item =>
    message?.replyTo && hidden.has(message.replyTo.id) ? { ...message, replyTo: null } : message
  const chat = given.chat && { ...given.chat, lastMessage: bare(given.chat.lastMessage) }
  return { ...given, chat, messages: given.messages.map(bare) }
}

test('applying the streams in order gives what history shows, and what the server counts (O3, C2, S2)', () => {
  fc.assert(
    fc.property(happenings, (given) => {
      const stream = new StreamModel(given)
      expect(shown(alwaysOnline(stream))).toEqual(truth(stream))
    }),
    { numRuns: 200 },
  )
})

test('whatever comes late, twice, out of order or never, the end is as if all had come in order, and no moment before shows a gap (O1, O3, C1, C2, E2, S1, S2)', () => {
  fc.assert(
    fc.property(happenings, fc.nat(12), steps, (given, before, taken) => {
      const stream = new StreamModel(given)
      const device = new Device(stream, Math.min(before, stream.length))
      for (const step of taken) device.do(step)
      device.settle()
      expect(withoutQuotes(shown(device.state), stream)).toEqual(withoutQuotes(truth(stream), stream))
      expect(device.state.held.size).toBe(0)
    }),
    { numRuns: 300, interruptAfterTimeLimit: 20_000 },
  )
})
