/** What shows chats: the open ones, and the list of all. Whatever is heard is told to both. */
import type { Chat } from '@parley/protocol/chats'
import type { ChatHead, UserEntry } from '@parley/protocol/streams'
import type { Frame } from './chat-frame.ts'
import { ChatList, type ChatListSnapshot, type ChatListView } from './chat-list.ts'
import type { Mine } from './chat-list-fold.ts'
import type { ChatSnapshot } from './chat-snapshot.ts'
import type { ChatInput, OwnEntry, Position } from './chat-state.ts'
import type { ChatView, OpenChat } from './chat-view.ts'
import { ChatViews } from './chat-views.ts'
import type { Keeper } from './keeper.ts'
import type { Line } from './line.ts'
import type { Marks } from './marks.ts'
import type { Operations } from './operations.ts'
import type { Outbox } from './outbox.ts'

interface ShownChatsParts {
  readonly line: Pick<Line, 'opened'>
  readonly requests: Operations
  readonly keeper: Keeper
  readonly outbox: Outbox
  readonly marks: Pick<Marks, 'read' | 'delivered'>
  /** Whose chats these are, once the connection says so, and only while it's there. */
  readonly onlineAs: () => string | undefined
  /** Who was logged in when this client last ran, or is now. */
  readonly userId: () => string | undefined
  /** Resolves once what an earlier start of this client kept is here. */
  readonly started: () => Promise<void>
  readonly catchUp: () => void
  /** All chats are known from now on. */
  readonly onListed: () => void
  /** Whether this device knows where it is, and follows from there. */
  readonly isFollowing: () => boolean
}

const own = (entry: OwnEntry): ChatInput => ({ kind: 'own', entry })

export class ShownChats {
  readonly #parts: ShownChatsParts
  readonly #views: ChatViews
  #list: ChatList | undefined
  /** What an earlier start of this client knew of the list. */
  #kept: Mine | undefined

  constructor(parts: ShownChatsParts) {
    this.#parts = parts
    this.#views = new ChatViews({ ...parts, onRead: (chatId, seq) => parts.marks.read(chatId, seq) })
  }

  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView {
    return this.#views.subscribe(chatId, listener)
  }

  chatList(listener?: (current: ChatListSnapshot) => void): ChatListView {
    this.#list ??= this.#newList()
    return this.#list.view(listener)
  }

  /** What is worth keeping beside the chats; undefined while they aren't all known. */
  get mine(): Mine | undefined {
    return this.#list?.mine
  }

  chat(chatId: string): Chat | undefined {
    return this.#views.get(chatId)?.state.chat ?? this.#list?.state.chats.get(chatId)?.chat ?? undefined
  }

  /** The open chat that a loaded message is in. */
  withMessage(messageId: string): OpenChat | undefined {
    return this.#views.withMessage(messageId)
  }

  behind(): OpenChat[] {
    return this.#views.behind()
  }

  /** What this person left here, as far as it's known how far it had come: the list first, as that's what is looked at first. */
  async restore(userId: string, kept: { readonly mine?: Mine } | undefined): Promise<void> {
    this.#kept = kept?.mine
    if (kept?.mine !== undefined) await this.#list?.restore(userId, kept.mine)
    await this.#views.wake(userId, kept !== undefined)
  }

  /** This device went on: a list that isn't open doesn't get further with it, and is read anew when it's opened. */
  wentOn(): void {
    this.#kept = undefined
  }

  connected(userId: string): void {
    this.#list?.connected(userId)
    this.#views.connected()
  }

  lost(): void {
    this.#list?.lost()
    this.#views.lost()
  }

  /** Everything of before is known, or, `fromNothing`, to be read. */
  caughtUp(fromNothing: boolean): void {
    const isKnown = this.#list?.state.phase === 'open' && !fromNothing
    if (isKnown) this.#list?.put({ kind: 'caught_up' })
    else void this.#list?.readAll()
    if (fromNothing) this.#views.allReturned()
  }

  /** The server was set back to an older copy: what was told since then counts no more. */
  setBack(): void {
    this.#list?.put({ kind: 'set_back' })
    this.#views.startOver()
  }

  end(): void {
    this.#kept = undefined
    this.#views.endAll()
    this.#list?.put({ kind: 'gone' })
    this.#list = undefined
  }

  entry(entry: UserEntry): void {
    this.#list?.put({ kind: 'entry', entry })
    if (entry.kind === 'membership' && entry.member) this.#views.returned(entry.chatId)
    if ('chatId' in entry) this.#views.told(entry.chatId, entry.kind === 'membership' && !entry.member ? { kind: 'gone' } : own(entry))
  }

  head(head: ChatHead): void {
    this.#list?.put({ kind: 'head', head })
    this.#views.put(head.chatId, { kind: 'counted', counted: head })
  }

  frame(frame: Frame): void {
    this.#list?.put({ kind: 'frame', frame })
    this.#views.receive(frame)
  }

  /** Somebody has come so far. */
  moved(chatId: string, position: Position): void {
    this.#list?.put({ kind: 'position', chatId, position })
    this.#views.put(chatId, { kind: 'position', position })
  }

  /** A chat of mine as the server just told it. */
  read(chat: Chat): void {
    const list = this.#list
    if (list !== undefined) list.put({ kind: 'read', chats: [chat], asked: list.state.turn })
  }

  tell(chatId: string, input: ChatInput): void {
    this.#views.put(chatId, input)
    if (input.kind === 'own') this.#list?.put({ kind: 'entry', entry: input.entry })
    if (input.kind === 'position') this.#list?.put({ kind: 'position', chatId, position: input.position })
  }

  #newList(): ChatList {
    const { requests, keeper, marks, line, onlineAs, isFollowing, onListed } = this.#parts
    const list = new ChatList({
      ...{ requests, keeper, onListed },
      onRead: (chatId, seq) => marks.read(chatId, seq),
      onDelivered: (chatId, seq) => marks.delivered(chatId, seq),
      settings: () => line.opened?.user.settings ?? null,
    })
    const [lastId, userId] = [this.#parts.userId(), onlineAs()]
    if (lastId !== undefined && this.#kept !== undefined) void list.restore(lastId, this.#kept)
    if (userId === undefined) return list
    // The device follows already; only the list itself is unknown.
    list.connected(userId)
    if (isFollowing()) void list.readAll()
    return list
  }
}
