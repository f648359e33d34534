import type { Chat } from '@parley/protocol/chats'
import type { UserEntry } from '@parley/protocol/streams'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldListInput, type ListInput, type ListState, newListState } from './chat-list-fold.ts'
import { sortedChats } from './chat-order.ts'
import { type Happening, myId } from './testing/stream-log.ts'
import { StreamModel } from './testing/stream-model.ts'

const happenings = fc.array(
  fc.record<Happening>({
    what: fc.constantFrom(
      'send',
      'send',
      'send',
      'read',
      'edit',
      'delete',
      'react',
      'void',
      'join',
      'leave',
      'role',
      'hide',
      'pin',
      'draft',
    ),
    target: fc.nat(20),
    quoteDelay: fc.constant(0),
  }),
  { minLength: 1, maxLength: 15, size: 'max' },
)

/** A chat that I'm in from some moment on, and perhaps no longer from another: both in numbers of all that happens. */
interface Given {
  readonly happenings: readonly Happening[]
  readonly gained: number
  readonly lost: number | null
}

const chats = fc.array(fc.record<Given>({ happenings, gained: fc.nat(8), lost: fc.option(fc.integer({ min: 9, max: 20 })) }), {
  minLength: 1,
  maxLength: 3,
})

interface Step {
  readonly what: 'time passes' | 'frame' | 'next frame' | 'aside' | 'member' | 'created' | 'connect' | 'lose' | 'answer' | 'ask' | 'read'
  readonly one: number
  readonly other: number
}

const often = ['time passes', 'next frame', 'aside', 'frame', 'read', 'ask'] as const
const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      ...often,
      ...often,
      ...often,
      ...often,
      'member',
      'member',
      'member',
      'created',
      'connect',
      'lose',
      'answer',
      'answer',
    ),
    one: fc.nat(1000),
    other: fc.nat(1000),
  }),
  { minLength: 20, maxLength: 150, size: 'max' },
)

/** One of my chats, as a server keeps it, at the time `now` of everything. */
class OwnChat {
  readonly stream: StreamModel
  readonly id: string
  readonly #given: Given

  constructor(given: Given, index: number) {
    this.#given = given
    this.id = `chat ${index}`
    this.stream = new StreamModel(given.happenings, this.id)
  }

  isMine(now: number): boolean {
    return now >= this.#given.gained && (this.#given.lost === null || now < this.#given.lost)
  }

  /** How far its stream has come; when I'm out of it, how far it had. */
  length(now: number): number {
    const until = Math.min(now, this.#given.lost ?? now)
    return Math.max(0, Math.min(this.stream.length, until - this.#given.gained))
  }

  read(now: number): Chat {
    return this.stream.chat(this.length(now))
  }

  /** What my own stream tells of it. */
  entries(now: number): UserEntry[] {
    const { gained, lost } = this.#given
    const membership = (seq: number, member: boolean): UserEntry => ({ kind: 'membership', seq, chatId: this.id, member })
    if (now < gained) return []
    const asides = this.stream.asides(this.length(now)).flatMap((input) => (input.kind === 'own' ? input.entry : []))
    return lost !== null && now >= lost ? [...asides, membership(2, false)] : [membership(1, true), ...asides]
  }
}

/** A device in a world where anything comes late, twice or not at all. */
class Device {
  state: ListState = newListState
  readonly #chats: readonly OwnChat[]
  #now = 5
  #reads: ListInput[] = []

  constructor(given: readonly Given[]) {
    this.#chats = given.map((each, index) => new OwnChat(each, index))
  }

  put(input: ListInput) {
    this.state = foldListInput(this.state, input)
  }

  connect() {
    this.put({ kind: 'lost' })
    this.#reads = []
    this.put({ kind: 'catching_up', userId: myId })
  }

  /** All pages where nothing is known, else what changed. */
  answer() {
    if (!this.state.catchingUp) return
    const mine = this.#chats.filter((chat) => chat.isMine(this.#now))
    if (this.state.phase === 'loading') {
      this.put({ kind: 'read', chats: mine.map((chat) => chat.read(this.#now)), asked: this.state.turn, complete: true })
    } else {
      for (const chat of this.#chats) for (const entry of chat.entries(this.#now)) this.put({ kind: 'entry', entry })
      for (const chat of mine) {
        const counted = chat.stream.counted(chat.length(this.#now))
        const { lastMessage } = chat.read(this.#now)
        this.put({ kind: 'head', head: { chatId: chat.id, lastMessage, ...counted, positions: [...counted.positions] } })
      }
    }
    this.put({ kind: 'caught_up' })
  }

  /** Reads a chat that is wanted; the answer comes later. */
  ask(one: number) {
    const wanted = [...this.state.wanted]
    const chatId = wanted[one % Math.max(1, wanted.length)]
    const chat = this.#chats.find(({ id }) => id === chatId)
    if (chat === undefined || !this.state.connected) return
    const asked = this.state.turn
    this.#reads.push(
      chat.isMine(this.#now) ? { kind: 'read', chats: [chat.read(this.#now)], asked } : { kind: 'absent', chatId: chat.id, asked },
    )
  }

  readArrives(one: number) {
    const [read] = this.#reads.splice(one % Math.max(1, this.#reads.length), 1)
    if (read !== undefined) this.put(read)
  }

  do({ what, one, other }: Step) {
    if (what === 'time passes') this.#now += one % 4
    if (what === 'connect') this.connect()
    if (what === 'lose') this.put({ kind: 'lost' })
    if (what === 'answer') this.answer()
    if (what === 'ask') this.ask(one)
    if (what === 'read') this.readArrives(one)
    const chat = this.#chats[one % this.#chats.length]
    if (chat !== undefined && this.state.connected) this.#live(what, chat, other)
  }

  #live(what: Step['what'], chat: OwnChat, other: number) {
    const length = chat.length(this.#now)
    const next = (this.state.chats.get(chat.id)?.appliedSeq ?? 0) + 1
    const seq = what === 'next frame' ? next : 1 + (other % Math.max(1, length))
    // A frame of before may come late, but not after my removal was told (P2).
    const isOver = !chat.isMine(this.#now)
    if ((what === 'frame' || what === 'next frame') && seq <= length && !isOver) this.put({ kind: 'frame', frame: chat.stream.frame(seq) })
    if (what === 'created' && chat.isMine(this.#now)) this.put({ kind: 'read', chats: [chat.read(this.#now)], asked: this.state.turn })
    const asides = chat.stream.asides(length)
    const aside = asides[other % Math.max(1, asides.length)]
    if (what === 'aside' && aside !== undefined && !isOver) {
      this.put(
        aside.kind === 'own' ? { kind: 'entry', entry: aside.entry } : { kind: 'position', chatId: chat.id, position: aside.position },
      )
    }
    const membership = chat.entries(this.#now).find(({ kind }) => kind === 'membership')
    if (what === 'member' && membership !== undefined) this.put({ kind: 'entry', entry: membership })
  }

  /** Everything has happened, and the connection holds. */
  settle() {
    this.#now = 60
    for (let rounds = 0; rounds < 2; rounds += 1) {
      this.connect()
      this.answer()
    }
    for (let asks = 0; this.state.wanted.size > 0 && asks < 20; asks += 1) {
      this.ask(0)
      this.readArrives(0)
    }
  }

  truth(): readonly Chat[] {
    const mine = this.#chats.filter((chat) => chat.isMine(this.#now)).map((chat) => chat.read(this.#now))
    return sortedChats({ ...newListState, chats: new Map(mine.map((chat) => [chat.id, { ...emptyChat, chat }])) })
  }
}

const emptyChat = foldListInput(newListState, {
  kind: 'read',
  chats: [new StreamModel([], 'none').chat(0)],
  asked: 0,
  complete: true,
}).chats.get('none') as NonNullable<ReturnType<ListState['chats']['get']>>

test('a device that lost anything on the way shows the same chats as one that reads them now: order, counts, settings, members (C1, C2, S1, S2, E2)', () => {
  fc.assert(
    fc.property(chats, steps, (given, taken) => {
      const device = new Device(given)
      device.connect()
      device.answer()
      for (const step of taken) {
        const before = device.state
        const shown = sortedChats(before)
        device.do(step)
        // What was in order before may save the sorting, and makes no difference.
        expect(sortedChats(device.state, shown)).toEqual(sortedChats(device.state))
        expect(movedBack(before, device.state)).toEqual([])
      }
      device.settle()
      expect(sortedChats(device.state)).toEqual(device.truth())
      expect([...device.state.chats.values()].filter(({ held }) => held.size > 0)).toEqual([])
    }),
    { numRuns: 300, interruptAfterTimeLimit: 20_000 },
  )
})

/** Who is shown less far than before (S1). */
const movedBack = (before: ListState, after: ListState) =>
  [...before.chats].flatMap(([id, { chat }]) =>
    (chat?.members ?? []).filter(({ userId, joinedAt, readSeq }) => {
      const now = after.chats.get(id)?.chat?.members.find((member) => member.userId === userId && member.joinedAt === joinedAt)
      return now !== undefined && now.readSeq < readSeq
    }),
  )
