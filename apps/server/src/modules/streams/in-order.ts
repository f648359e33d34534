import type { Log } from '../../core/log.ts'
import type { Piece, ToLeavers } from './frames.ts'
import { Sequencer, type Span } from './sequencer.ts'

interface Parts {
  /** Writes a piece's numbers above `above` to the sockets; false where that isn't allowed at present. */
  readonly tell: (piece: Piece, above: number, leavers: ToLeavers) => Promise<boolean>
  /** Reads a span of a chat's stream again; null where it can't be told again. */
  readonly refill: (chatId: string, span: Span) => Promise<Piece | null>
  /** Up to where nothing of a stream can be missing here of which nothing was known until now; null where nothing was written there lately. */
  readonly beginning: (chatId: string) => Promise<number | null>
  readonly log: Log
}

interface Held extends Span {
  readonly piece: Piece
  /** This process has written it, and takes it for confirmed only once it is told. */
  readonly isOwn: boolean
  readonly told: () => void
}

interface Chat {
  readonly order: Sequencer<Held>
  /** The `access` up to which everybody who was taken out may be gone for good, and hears no more; null where that isn't known. */
  confirmed: number | null
  telling: boolean
  filling: boolean
  patience: NodeJS.Timeout | null
}

/** How long a missing piece may be on its way before it's read again, in milliseconds. */
const patienceMs = 50
/** The most that is read again at once. */
const longestFill = 500
/** Of a longer hole only the end is read again, and clients ask for the rest. */
const longestHole = 10_000
/** More pieces than this that wait for an earlier one are let go, and read again. */
const mostHeld = 1000
const capacity = 10_000
/** How many are looked at for one that can be let go. */
const candidates = 100

const nobody = () => undefined

/** Releases what several processes write to the same chats to this one's sockets, in the order of each chat's numbers (O1). */
export class InOrder {
  readonly #parts: Parts
  readonly #chats = new Map<string, Chat>()
  /** Chats with a hole that can't be filled at present. */
  readonly #behind = new Set<string>()
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A piece that this process has written; resolves when it was told, or let go. */
  offerOwn(piece: Piece): Promise<void> {
    return new Promise((told) => this.#offer({ from: piece.from, to: piece.to, piece, isOwn: true, told }))
  }

  /** A piece that another process has written. */
  offer(piece: Piece): void {
    this.#offer({ from: piece.from, to: piece.to, piece, isOwn: false, told: nobody })
  }

  /** The stream of a chat has come to `seq`; false where nothing is known here of that chat. */
  expect(chatId: string, seq: number): boolean {
    const chat = this.#chats.get(chatId)
    if (chat === undefined) return false
    chat.order.expect(seq)
    this.#wait(chatId, chat)
    return true
  }

  /** Tells a span of a stream of which nothing was known here. */
  begin(chatId: string, { from, to }: Span): void {
    const chat = this.#chatOf(chatId)
    if (chat.order.at === null) this.#letGo(chat.order.moveTo(Math.min(from, chat.order.first ?? from)))
    this.expect(chatId, to)
  }

  /** Whoever was taken out of a chat up to this `access` hears nothing more of it. */
  confirm(chatId: string, access: number): void {
    const chat = this.#chats.get(chatId)
    if (chat !== undefined && chat.confirmed !== null) chat.confirmed = Math.max(chat.confirmed, access)
  }

  /** Others may have confirmed anything without this process. */
  forgetConfirmed(): void {
    for (const chat of this.#chats.values()) chat.confirmed = null
  }

  /** Tries again what couldn't be filled. */
  retry(): void {
    for (const chatId of [...this.#behind]) {
      this.#behind.delete(chatId)
      const chat = this.#chats.get(chatId)
      if (chat !== undefined) this.#wait(chatId, chat)
    }
  }

  close(): void {
    this.#closed = true
    for (const chat of this.#chats.values()) {
      if (chat.patience !== null) clearTimeout(chat.patience)
      this.#letGo(chat.order.drop())
    }
  }

  #chatOf(chatId: string): Chat {
    const known = this.#chats.get(chatId)
    this.#chats.delete(chatId)
    const chat = known ?? { order: new Sequencer<Held>(), confirmed: null, telling: false, filling: false, patience: null }
    this.#chats.set(chatId, chat)
    if (known === undefined) this.#makeRoom()
    return chat
  }

  /** Lets chats go that were used longest ago; none where something is under way, or it would have two orders at once (O1). */
  #makeRoom(): void {
    let looked = 0
    for (const [chatId, { order, telling, filling, patience }] of this.#chats) {
      if (this.#chats.size <= capacity || looked++ >= candidates) return
      const isIdle = order.size === 0 && !telling && !filling && patience === null
      if (isIdle) this.#chats.delete(chatId)
    }
  }

  #offer(held: Held): void {
    const { chatId } = held.piece
    const chat = this.#chatOf(chatId)
    // Behind a hole that couldn't be filled nothing is kept: it is read again together with that.
    if (this.#behind.has(chatId)) chat.order.expect(held.to)
    if (this.#closed || this.#behind.has(chatId) || !chat.order.offer(held)) {
      held.told()
      return
    }
    if (chat.order.size > mostHeld) this.#setBack(chatId, chat)
    void this.#release(chatId, chat)
  }

  async #release(chatId: string, chat: Chat): Promise<void> {
    if (chat.telling) return
    chat.telling = true
    try {
      for (let held = chat.order.peek(); held !== undefined; held = chat.order.peek()) {
        const next = held
        const written = await this.#parts.tell(next.piece, chat.order.at ?? 0, (access) => tellsLeavers(chat, next, access))
        if (!written) this.#setBack(chatId, chat)
        else this.#letGo(chat.order.moveTo(held.to))
      }
    } catch (error) {
      this.#parts.log.warn({ err: error, chatId }, 'unable to tell members what was written; it is tried again')
      this.#setBack(chatId, chat)
    } finally {
      chat.telling = false
    }
    this.#wait(chatId, chat)
  }

  /** What is missing may be on its way. */
  #wait(chatId: string, chat: Chat): void {
    const begins = chat.order.at === null && chat.order.known > 0
    if ((!begins && chat.order.missing() === null) || this.#closed || chat.patience !== null || chat.filling || this.#behind.has(chatId))
      return
    if (begins) void this.#fill(chatId, chat)
    else {
      chat.patience = setTimeout(() => {
        chat.patience = null
        void this.#fill(chatId, chat)
      }, patienceMs)
    }
  }

  async #fill(chatId: string, chat: Chat): Promise<void> {
    chat.filling = true
    try {
      if (chat.order.at === null) await this.#findBeginning(chatId, chat)
      else await this.#readMissing(chatId, chat)
    } catch (error) {
      this.#parts.log.warn({ err: error, chatId }, 'unable to read again what is missing of a chat; it is tried again')
      this.#setBack(chatId, chat)
    } finally {
      chat.filling = false
    }
    void this.#release(chatId, chat)
  }

  /** The first piece that comes of a chat may come after others that the bus lost. */
  async #findBeginning(chatId: string, { order }: Chat): Promise<void> {
    const beginning = await this.#parts.beginning(chatId)
    const first = order.first ?? order.known
    this.#letGo(order.moveTo(Math.min(beginning ?? first, first)))
  }

  async #readMissing(chatId: string, { order }: Chat): Promise<void> {
    const hole = order.missing()
    if (hole === null) return
    const tooLong = hole.to - hole.from > longestHole
    const from = tooLong ? hole.to - longestFill : hole.from
    if (tooLong) this.#letGo(order.moveTo(from))
    const span = { from, to: Math.min(hole.to, from + longestFill) }
    const piece = await this.#parts.refill(chatId, span)
    if (piece !== null) order.offer({ ...span, piece, isOwn: false, told: nobody })
    else this.#letGo(order.moveTo(span.to))
  }

  /** What can't be told now is read again when the others' writing is looked for. */
  #setBack(chatId: string, chat: Chat): void {
    this.#behind.add(chatId)
    this.#letGo(chat.order.drop())
  }

  #letGo(held: readonly Held[]): void {
    for (const { told } of held) told()
  }
}

/**
 * Whether those hear of a piece whom it takes out, in a chat that is known as of `access`: everybody who is confirmed to be
 * gone is out by then. Of a chat of which no more is known all who are out may be, but for whom this process just took out.
 */
function tellsLeavers(chat: Chat, { piece, isOwn }: Held, access: number): boolean {
  const isFresh = isOwn && piece.toLeavers && piece.access === access
  chat.confirmed ??= isFresh ? access - 1 : access
  return piece.toLeavers && piece.access > chat.confirmed
}
