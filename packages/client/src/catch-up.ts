/** Asks for what was missed, after every connect and at every hole: of my own stream, of which chats changed, and of the open ones. */
import { backoffMs, later, waitAfter } from './backoff.ts'
import type { OpenChat } from './chat-view.ts'
import type { Operations } from './operations.ts'
import { asParleyError } from './parley-error.ts'

type Answer = Awaited<ReturnType<Operations['streams']['sync']>>
type Head = Answer['heads'][number]
type Entry = Answer['user']['entries'][number]

/** How far this device has come in what isn't a chat's stream. */
export interface Place {
  readonly userSeq: number
  /** Which chats changed from then on: the server's word. */
  readonly since: string
}

interface CatchUpParts {
  readonly sync: Operations['streams']['sync']
  /** The open chats that wait for an answer, those that somebody looks at first. */
  readonly behind: () => readonly OpenChat[]
  readonly onEntry: (entry: Entry) => void
  readonly onHead: (head: Head) => void
  /** The server is behind what it told before. */
  readonly onSetBack: () => void
  /** Everything of before is known, or, `fromNothing`, to be read. */
  readonly onCaughtUp: (fromNothing: boolean) => void
  readonly onPlace: () => void
}

/** As many as one `sync` takes. */
const chatsAtOnce = 20
/** Milliseconds that a number of my own stream may come late before it is asked for: nothing waits for it. */
const latenessMs = 1_000
/** Milliseconds after which a connection that held is asked for a later time to ask from. */
const renewalMs = 300_000

export class CatchUp {
  readonly #parts: CatchUpParts
  /** Of the connection: what was asked for over an older one says nothing of the frames lost since. */
  #epoch = 0
  #runningIn: number | undefined
  #place: Place | undefined
  /** From the moment that everything kept is here: what comes before is asked for then. */
  #isListening = false
  #ownBehind = false
  /** Numbers of my own stream that came before those before them. */
  readonly #early = new Set<number>()
  #lateness: ReturnType<typeof setTimeout> | undefined
  #renewal: ReturnType<typeof setInterval> | undefined

  constructor(parts: CatchUpParts) {
    this.#parts = parts
  }

  get place(): Place | undefined {
    return this.#place
  }

  restore(place: Place): void {
    this.#place ??= place
  }

  /** Another person, or nobody: where the last one was says nothing. */
  forget(): void {
    this.lost()
    this.#place = undefined
  }

  connected(): void {
    this.lost()
    this.#isListening = true
    this.#ownBehind = true
    this.#renewal = setInterval(() => void this.#renew(), renewalMs)
  }

  lost(): void {
    this.#epoch += 1
    this.#isListening = false
    this.#early.clear()
    clearTimeout(this.#lateness)
    this.#lateness = undefined
    clearInterval(this.#renewal)
  }

  /** Live entries: each is applied as it comes; where one before it is missing, that is asked for soon. */
  take(entries: readonly Entry[]): void {
    if (!this.#isListening) return
    for (const entry of entries) {
      this.#parts.onEntry(entry)
      this.#early.add(entry.seq)
    }
    if (this.#place !== undefined) this.#advance(this.#place)
  }

  /** Asks until nothing is behind any more; once at a time. */
  async run(): Promise<void> {
    const epoch = this.#epoch
    if (this.#runningIn === epoch) return
    this.#runningIn = epoch
    // Chats that are behind are gathered first: they all say so in the same turn.
    await Promise.resolve()
    for (let failures = 0; epoch === this.#epoch; ) {
      const behind = this.#parts.behind().slice(0, chatsAtOnce)
      if (behind.length === 0 && !this.#ownBehind) break
      try {
        failures = (await this.#ask(behind, epoch)) ? 0 : failures + 1
        if (failures > 0) await later(backoffMs(failures))
      } catch (error) {
        await later(waitAfter(asParleyError(error), failures))
        failures += 1
      }
    }
    if (this.#runningIn === epoch) this.#runningIn = undefined
  }

  /** Whether anything got further by it. */
  async #ask(behind: readonly OpenChat[], epoch: number): Promise<boolean> {
    const asksOwn = this.#ownBehind
    const place = asksOwn ? this.#place : undefined
    const chats = Object.fromEntries(behind.map(({ chatId, state }) => [chatId, state.appliedSeq]))
    const answer = await this.#parts.sync({ chats, ...place })
    if (epoch !== this.#epoch) return true
    // What got behind meanwhile wasn't asked for: it is, in the next turn.
    const own = asksOwn && this.#takeOwn(place, answer)
    return takeChats(behind, answer) || own
  }

  #takeOwn(place: Place | undefined, { user, heads, since, more }: Answer): boolean {
    // A server that was set back to an older copy counts anew.
    const isSetBack = place !== undefined && user.head < place.userSeq
    const fromNothing = place === undefined || isSetBack
    if (isSetBack) this.#parts.onSetBack()
    if (fromNothing) this.#place = { userSeq: user.head, since }
    else {
      for (const entry of user.entries) this.#parts.onEntry(entry)
      for (const head of heads) this.#parts.onHead(head)
      this.#place = { userSeq: Math.max(place.userSeq, user.to), since }
    }
    this.#ownBehind = !fromNothing && (user.to < user.head || more)
    if (!this.#ownBehind) this.#parts.onCaughtUp(fromNothing)
    this.#advance(this.#place ?? { userSeq: user.head, since })
    return true
  }

  /** Counts what came early, as far as nothing is missing before it. */
  #advance({ userSeq, since }: Place) {
    let reached = userSeq
    while (this.#early.delete(reached + 1)) reached += 1
    for (const seq of this.#early) if (seq <= reached) this.#early.delete(seq)
    this.#place = { userSeq: reached, since }
    this.#parts.onPlace()
    if (this.#early.size === 0) return
    this.#lateness ??= setTimeout(() => {
      this.#lateness = undefined
      if (this.#early.size === 0) return
      this.#early.clear()
      this.#ownBehind = true
      void this.run()
    }, latenessMs)
  }

  /** What changed long ago came live long ago; after the next loss it need not be told again. */
  async #renew(): Promise<void> {
    const epoch = this.#epoch
    if (this.#ownBehind) return
    const answer = await this.#parts.sync({}).catch(() => undefined)
    if (answer === undefined || epoch !== this.#epoch || this.#place === undefined) return
    this.#place = { ...this.#place, since: answer.since }
    this.#parts.onPlace()
  }
}

/** Hands an answer to the chats that asked; whether any of them got further by it. */
function takeChats(chats: readonly OpenChat[], { chats: deltas, gone }: Answer): boolean {
  const further = chats.map((chat) => {
    const { appliedSeq } = chat.state
    const delta = deltas.find(({ chatId }) => chatId === chat.chatId)
    if (delta !== undefined) chat.put({ kind: 'synced', delta })
    else if (gone.includes(chat.chatId)) chat.put({ kind: 'gone' })
    return !chat.state.catchingUp || chat.state.appliedSeq > appliedSeq
  })
  return further.includes(true)
}
