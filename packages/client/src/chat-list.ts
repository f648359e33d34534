/** All chats of one person, and what else only they see: one view for whoever shows a list of chats. */
import type { Chat } from '@parley/protocol/chats'
import type { UserSettings } from '@parley/protocol/users'
import { later, waitAfter } from './backoff.ts'
import { foldListInput, type KeptInList, type ListInput, type ListState, type Mine, newListState } from './chat-list-fold.ts'
import { sortedChats } from './chat-order.ts'
import { callSafely } from './events.ts'
import type { Keeper } from './keeper.ts'
import type { Operations } from './operations.ts'
import { asParleyError } from './parley-error.ts'

/** All my chats at one moment. Never changes; what is equal in two of them is the same object, each chat of it too. */
export interface ChatListSnapshot {
  /** `loading`: nothing is known yet. `live`: complete. `behind`: as far as is known, and more is being fetched or waits for the connection. `gone`: logged out. */
  readonly state: 'loading' | 'live' | 'behind' | 'gone'
  /** Archived ones too: pinned ones first, and then by the time of their newest message, the latest first. */
  readonly chats: readonly Chat[]
  /** Ids of the people whom I blocked. */
  readonly blockedIds: ReadonlySet<string>
  /** null while nothing is known of them. */
  readonly settings: UserSettings | null
}

/** A consistent view of all my chats, kept up to date until it's closed. */
export interface ChatListView {
  readonly current: ChatListSnapshot
  /** Calls `listener` after every change of `current`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** I have read the chat up to here: shown at once, and told to the server at most once a second, as soon as it can be reached. */
  read(chatId: string, seq: number): void
  close(): void
}

interface ChatListParts {
  readonly requests: Pick<Operations, 'chats' | 'users'>
  readonly keeper: Keeper
  /** All chats are known from now on. */
  readonly onListed: () => void
  readonly onRead: (chatId: string, seq: number) => void
  /** A message of somebody else has reached this device. */
  readonly onDelivered: (chatId: string, seq: number) => void
  /** My settings, as the server told them when the connection was made. */
  readonly settings: () => UserSettings | null
}

const pageLimit = 100
/** From so many chats on that are to be read again, pages of all are cheaper. */
const pagesFrom = 10
/** Milliseconds between two times that one chat is asked for. */
const againMs = 1_000

const keyOf = (chatId: string) => `list/${chatId}`

export class ChatList {
  readonly #parts: ChatListParts
  readonly #listeners = new Set<() => void>()
  #state: ListState = newListState
  #current: ChatListSnapshot = snapshotOf(newListState, undefined)
  /** Of the connection: an answer over an older one may be older than what is known. */
  #epoch = 0
  #readingIn: number | undefined
  #askingIn: number | undefined

  constructor(parts: ChatListParts) {
    this.#parts = parts
  }

  get state(): ListState {
    return this.#state
  }

  /** What is worth keeping beside the chats; undefined while they aren't all known. */
  get mine(): Mine | undefined {
    const { phase, blockedIds, settings } = this.#state
    return phase === 'open' ? { blockedIds: [...blockedIds], settings } : undefined
  }

  view(listener?: (current: ChatListSnapshot) => void): ChatListView {
    const list = this
    const own = new Set<() => void>()
    let open = true
    const subscribe = (changed: () => void) => {
      const entry = () => changed()
      own.add(entry)
      if (open) this.#listeners.add(entry)
      return () => void this.#listeners.delete(entry)
    }
    if (listener !== undefined) subscribe(() => listener(this.#current))
    return {
      get current() {
        return list.#current
      },
      subscribe,
      read: (chatId, seq) => this.#parts.onRead(chatId, seq),
      close: () => {
        open = false
        for (const entry of own) this.#listeners.delete(entry)
      },
    }
  }

  put(input: ListInput): void {
    const before = this.#state
    this.#state = foldListInput(before, input)
    const changed = [...this.#state.chats].filter(([chatId, { chat }]) => chat !== before.chats.get(chatId)?.chat)
    if (input.kind !== 'restored') for (const [chatId] of changed) this.#changed(chatId)
    for (const chatId of before.chats.keys()) if (!this.#state.chats.has(chatId)) this.#parts.keeper.put(keyOf(chatId), () => undefined)
    const next = snapshotOf(this.#state, this.#current)
    if (next !== this.#current) {
      this.#current = next
      for (const listener of [...this.#listeners]) callSafely(listener)
    }
    if (this.#state.wanted.size > 0 && this.#state.connected && !this.#state.catchingUp) void this.#readWanted()
  }

  connected(userId: string): void {
    this.#epoch += 1
    this.put({ kind: 'catching_up', userId })
  }

  lost(): void {
    this.#epoch += 1
    this.put({ kind: 'lost' })
  }

  async restore(userId: string, mine: Mine): Promise<void> {
    const chats = [...(await this.#parts.keeper.load('list/')).values()] as KeptInList[]
    this.put({ kind: 'restored', userId, chats, mine })
  }

  /** All chats, page by page, and whom I blocked. Where this device was is known before, so that nothing falls between. */
  async readAll(): Promise<void> {
    const epoch = this.#epoch
    if (this.#readingIn === epoch) return
    this.#readingIn = epoch
    await this.#insist(epoch, async () => {
      const [blockedIds] = await Promise.all([this.#blockedIds(), this.#readPages(epoch)])
      if (epoch !== this.#epoch) return
      this.put({ kind: 'mine', mine: { blockedIds, settings: this.#state.settings ?? this.#parts.settings() } })
      this.#parts.onListed()
      this.put({ kind: 'caught_up' })
    })
    if (this.#readingIn === epoch) this.#readingIn = undefined
  }

  async #readPages(epoch: number): Promise<void> {
    for (let before: string | undefined = ''; before !== undefined && epoch === this.#epoch; ) {
      const asked = this.#state.turn
      const page = { limit: pageLimit, ...(before !== '' && { before }) }
      const { chats, nextCursor }: Awaited<ReturnType<Operations['chats']['listChats']>> = await this.#parts.requests.chats.listChats(page)
      if (epoch === this.#epoch) this.put({ kind: 'read', chats, asked, complete: nextCursor === null })
      before = nextCursor ?? undefined
    }
  }

  async #blockedIds(): Promise<string[]> {
    const ids: string[] = []
    for (let before: string | undefined = ''; before !== undefined; ) {
      const page = { limit: pageLimit, ...(before !== '' && { before }) }
      const { users, nextCursor }: Awaited<ReturnType<Operations['users']['listBlocked']>> =
        await this.#parts.requests.users.listBlocked(page)
      ids.push(...users.map(({ id }) => id))
      before = nextCursor ?? undefined
    }
    return ids
  }

  /** Reads what can't be known from here: a few one by one, many by pages. */
  async #readWanted(): Promise<void> {
    const epoch = this.#epoch
    if (this.#askingIn === epoch) return
    this.#askingIn = epoch
    // What is wanted is gathered first: an answer of `sync` asks for many.
    await Promise.resolve()
    if (this.#state.wanted.size > pagesFrom) await this.#insist(epoch, () => this.#readPages(epoch))
    const asked = new Set<string>()
    for (let next = this.#nextWanted(); next !== undefined && epoch === this.#epoch; next = this.#nextWanted()) {
      const chatId = next
      if (asked.has(chatId)) await later(againMs)
      asked.add(chatId)
      await this.#insist(epoch, () => this.#readOne(chatId, epoch))
    }
    if (this.#askingIn === epoch) this.#askingIn = undefined
  }

  #nextWanted(): string | undefined {
    return [...this.#state.wanted][0]
  }

  async #readOne(chatId: string, epoch: number): Promise<void> {
    const asked = this.#state.turn
    try {
      const { chat } = await this.#parts.requests.chats.getChat({ chatId })
      if (epoch === this.#epoch) this.put({ kind: 'read', chats: [chat], asked })
    } catch (cause) {
      if (asParleyError(cause).code !== 'CHAT_NOT_FOUND') throw cause
      if (epoch === this.#epoch) this.put({ kind: 'absent', chatId, asked })
    }
  }

  /** Tries until it succeeds, as long as the connection is the same. */
  async #insist(epoch: number, attempt: () => Promise<void>): Promise<void> {
    for (let failures = 0; epoch === this.#epoch; failures += 1) {
      try {
        return await attempt()
      } catch (cause) {
        await later(waitAfter(asParleyError(cause), failures))
      }
    }
  }

  #changed(chatId: string) {
    const { keeper, onDelivered } = this.#parts
    keeper.put(keyOf(chatId), () => this.#kept(chatId))
    const { userId, connected } = this.#state
    const chat = this.#state.chats.get(chatId)?.chat
    const newest = chat?.lastMessage ?? null
    if (!connected || !chat || newest === null || newest.senderId === userId) return
    const reached = chat.members.find((member) => member.userId === userId)?.deliveredSeq ?? 0
    if (newest.seq > reached) onDelivered(chatId, newest.seq)
  }

  #kept(chatId: string): KeptInList | undefined {
    const known = this.#state.chats.get(chatId)
    return known?.chat ? { chat: known.chat, countedSeq: Math.max(known.appliedSeq, known.unread.asOf) } : undefined
  }
}

/** The former one where nothing in it changed. */
function snapshotOf(state: ListState, former: ChatListSnapshot | undefined): ChatListSnapshot {
  const { phase, connected, catchingUp, blockedIds, settings } = state
  const sorted = sortedChats(state, former?.chats)
  const isSame =
    former !== undefined && sorted.length === former.chats.length && sorted.every((chat, index) => chat === former.chats[index])
  const complete = phase === 'open' && connected && !catchingUp
  const behind = phase === 'open' || sorted.length > 0
  const next: ChatListSnapshot = {
    state: phase === 'gone' ? 'gone' : complete ? 'live' : behind ? 'behind' : 'loading',
    chats: isSame ? former.chats : sorted,
    blockedIds,
    settings,
  }
  const unchanged =
    former && Object.keys(next).every((key) => next[key as keyof ChatListSnapshot] === former[key as keyof ChatListSnapshot])
  return unchanged ? former : next
}
