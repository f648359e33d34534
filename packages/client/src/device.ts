/** What this device knows of one account, beside what it asks for: open chats, the list of them, what is being sent; kept between two starts. */
import type { Chat } from '@parley/protocol/chats'
import { CatchUp, type Place } from './catch-up.ts'
import { type Frame, frameNames } from './chat-frame.ts'
import { ChatList, type ChatListSnapshot, type ChatListView } from './chat-list.ts'
import type { Mine } from './chat-list-fold.ts'
import type { ChatSnapshot } from './chat-snapshot.ts'
import type { ChatInput, OwnEntry, Position } from './chat-state.ts'
import type { ChatView } from './chat-view.ts'
import { ChatViews } from './chat-views.ts'
import type { ConnectionState, EventName, Events } from './events.ts'
import { Keeper } from './keeper.ts'
import type { Line } from './line.ts'
import { Marks } from './marks.ts'
import type { Operations } from './operations.ts'
import { Outbox, type OutboxView } from './outbox.ts'
import { showingAtOnce } from './own-changes.ts'
import type { Store } from './store.ts'

interface DeviceParts {
  readonly url: string
  readonly line: Pick<Line, 'state' | 'opened' | 'want' | 'discarded'>
  readonly requests: Operations
  /** The same as this very person, or not at all. */
  readonly requestsAs: (userId: string) => Operations
  readonly store: Store
  /** Whether this person may be logged in, as far as this client can tell by itself. */
  readonly mayBe: (userId: string) => Promise<boolean>
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  readonly warn: (message: string, cause: unknown) => void
}

/** What is kept beside chats. */
interface Kept {
  readonly place: Place
  /** Where the list of chats is known. */
  readonly mine?: Mine
}

const keptKey = 'mine'

export class Device {
  readonly #parts: DeviceParts
  readonly #keeper: Keeper
  readonly #outbox: Outbox
  readonly #marks: Marks
  readonly #views: ChatViews
  readonly #catchUp: CatchUp
  /** The operations of the contract, as far as what they do is shown here at once. */
  readonly requests: Operations
  #list: ChatList | undefined
  #userId: string | undefined
  #started: Promise<void> | undefined
  #kept: Kept | undefined
  /** Of the connection. */
  #epoch = 0
  #woken = false

  constructor(parts: DeviceParts) {
    this.#parts = parts
    const { requests, requestsAs, line } = parts
    const onlineAs = () => this.#onlineAs()
    const tell = (chatId: string, input: ChatInput) => this.#tell(chatId, input)
    this.#keeper = new Keeper({ ...parts, onFailure: (cause) => parts.warn('unable to keep anything; it goes on in memory', cause) })
    const keeper = this.#keeper
    this.#outbox = new Outbox({
      ...{ keeper, tell, requestsAs, userId: () => this.#userId },
      connectionState: () => line.state,
      onDiscarded: (tempId) => line.discarded(tempId),
    })
    this.#marks = new Marks({
      ...{ keeper, requestsAs, onlineAs },
      show: (chatId, reached) => this.#moved(chatId, { userId: this.#userId ?? '', ...reached }),
    })
    this.#views = new ChatViews({
      ...{ requests, keeper, outbox: this.#outbox, onlineAs },
      userId: () => this.#userId,
      started: async () => this.#started,
      catchUp: () => void this.#catchUp.run(),
      onRead: (chatId, seq) => this.#marks.read(chatId, seq),
    })
    this.#catchUp = new CatchUp({
      sync: requests.streams.sync,
      behind: () => this.#views.behind(),
      onEntry: (entry) => this.#entry(entry),
      onHead: (head) => {
        this.#list?.put({ kind: 'head', head })
        this.#views.put(head.chatId, { kind: 'counted', counted: head })
      },
      onCaughtUp: (fromNothing) => this.#caughtUp(fromNothing),
      onPlace: () => this.#keepMine(),
    })
    this.requests = showingAtOnce({
      ...{ requests, tell },
      chat: (chatId) => this.#views.get(chatId)?.state.chat ?? this.#list?.state.chats.get(chatId)?.chat ?? undefined,
      viewOf: (messageId) => this.#views.withMessage(messageId),
      userId: () => this.#userId,
      onChat: (chat) => this.#read(chat),
    })
    this.#listen()
  }

  get outbox(): OutboxView {
    return this.#outbox.view
  }

  /** Whose device this is, once known. */
  get userId(): string | undefined {
    return this.#userId
  }

  /** Somebody logged in here: what another person left is not theirs, neither to see nor to send. */
  loggedInAs(userId: string): void {
    if (this.#userId !== undefined && this.#userId !== userId) void this.#end()
    this.loggedIn()
    this.#userId = userId
    this.#keeper.belongTo(userId)
  }

  /** Somebody logged in, here or in another tab: what was said before it was known by whom is nobody's. */
  loggedIn(): void {
    if (this.#userId === undefined) this.#outbox.end()
  }

  /** A message isn't to be sent after all, as somebody said in another tab. */
  discarded(tempId: string): void {
    this.#outbox.discard(tempId)
  }

  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView {
    this.start()
    const view = this.#views.subscribe(chatId, listener)
    this.#parts.line.want()
    return view
  }

  chatList(listener?: (current: ChatListSnapshot) => void): ChatListView {
    this.start()
    this.#list ??= this.#newList()
    this.#parts.line.want()
    return this.#list.view(listener)
  }

  /** Finds what an earlier start of this client knew, and goes on with what it left undone. */
  start(): void {
    if (this.#started !== undefined) return
    this.#started = this.#restore()
    void this.#started.then(() => this.#connectionIs(this.#parts.line.state))
  }

  #listen() {
    const { on } = this.#parts
    on('connection', (state) => void this.#connectionIs(state))
    on('logged_out', () => void this.#end())
    on('user_stream', ({ entries }) => this.#catchUp.take(entries))
    on('chat_created', ({ chat }) => this.#read(chat))
    on('message_status_update', ({ chatId, userId, status, seq }) =>
      this.#moved(chatId, { userId, deliveredSeq: seq, readSeq: status === 'read' ? seq : 0 }),
    )
    on('new_message', ({ tempId }) => this.#outbox.settle(tempId))
    for (const name of frameNames) {
      on(name, (payload) => {
        const frame = { name, payload } as Frame
        this.#list?.put({ kind: 'frame', frame })
        this.#views.receive(frame)
      })
    }
  }

  async #restore(): Promise<void> {
    const userId = await this.#keeper.owner()
    if (userId === undefined || !(await this.#parts.mayBe(userId)) || (this.#userId ?? userId) !== userId) return
    this.#userId = userId
    this.#keeper.belongTo(userId)
    const kept = await this.#keeper.load(keptKey)
    if (this.#userId !== userId) return
    this.#kept = kept.get(keptKey) as Kept | undefined
    if (this.#kept !== undefined) this.#catchUp.restore(this.#kept.place)
    await this.#restoreList()
    await Promise.all([this.#outbox.restore(), this.#marks.restore()])
  }

  async #restoreList(): Promise<void> {
    const mine = this.#kept?.mine
    if (mine !== undefined && this.#userId !== undefined) await this.#list?.restore(this.#userId, mine)
  }

  #newList(): ChatList {
    const list = new ChatList({
      ...{ requests: this.#parts.requests, keeper: this.#keeper },
      onRead: (chatId, seq) => this.#marks.read(chatId, seq),
      onDelivered: (chatId, seq) => this.#marks.delivered(chatId, seq),
      settings: () => this.#parts.line.opened?.user.settings ?? null,
    })
    const userId = this.#onlineAs()
    if (this.#userId !== undefined && this.#kept?.mine !== undefined) void list.restore(this.#userId, this.#kept.mine)
    if (userId === undefined) return list
    // The device follows already; only the list itself is unknown.
    list.connected(userId)
    if (this.#catchUp.place !== undefined) void list.readAll()
    return list
  }

  async #connectionIs(state: ConnectionState): Promise<void> {
    this.#epoch += 1
    const epoch = this.#epoch
    if (state !== 'online') return this.#lost()
    await this.#started
    const userId = this.#parts.line.opened?.user.id
    if (epoch !== this.#epoch || this.#started === undefined || userId === undefined) return
    if (this.#userId !== undefined && this.#userId !== userId) await this.#end()
    if (epoch !== this.#epoch) return
    this.#userId = userId
    this.#keeper.belongTo(userId)
    this.#catchUp.connected()
    this.#list?.connected(userId)
    this.#views.connected()
    void this.#catchUp.run()
    this.#outbox.wake()
    this.#marks.wake()
  }

  #lost() {
    this.#catchUp.lost()
    this.#list?.lost()
    this.#views.lost()
  }

  #caughtUp(fromNothing: boolean) {
    const isKnown = this.#list?.state.phase === 'open' && !fromNothing
    if (isKnown) this.#list?.put({ kind: 'caught_up' })
    else void this.#list?.readAll()
    if (fromNothing) this.#views.allReturned()
    if (this.#woken) return
    this.#woken = true
    void this.#views.wake()
  }

  /** What one person saw is not for the next who logs in. */
  async #end(): Promise<void> {
    this.#userId = undefined
    this.#kept = undefined
    this.#woken = false
    this.#catchUp.forget()
    this.#outbox.end()
    this.#marks.end()
    this.#views.endAll()
    this.#list?.put({ kind: 'gone' })
    this.#list = undefined
    await this.#keeper.clear()
  }

  #entry(entry: Parameters<ConstructorParameters<typeof CatchUp>[0]['onEntry']>[0]) {
    this.#list?.put({ kind: 'entry', entry })
    if (entry.kind === 'membership' && entry.member) this.#views.returned(entry.chatId)
    if ('chatId' in entry) this.#views.put(entry.chatId, entry.kind === 'membership' && !entry.member ? { kind: 'gone' } : own(entry))
  }

  #moved(chatId: string, position: Position) {
    this.#list?.put({ kind: 'position', chatId, position })
    this.#views.put(chatId, { kind: 'position', position })
  }

  #read(chat: Chat) {
    const list = this.#list
    if (list !== undefined) list.put({ kind: 'read', chats: [chat], asked: list.state.turn })
  }

  #tell(chatId: string, input: ChatInput) {
    this.#views.put(chatId, input)
    if (input.kind === 'own') this.#list?.put({ kind: 'entry', entry: input.entry })
    if (input.kind === 'position') this.#list?.put({ kind: 'position', chatId, position: input.position })
  }

  #keepMine() {
    // A list that isn't open doesn't get further with it, and is read anew when it's opened.
    this.#kept = undefined
    this.#keeper.putLast(keptKey, () => {
      const place = this.#catchUp.place
      const mine = this.#list?.mine
      return place && { place, ...(mine && { mine }) }
    })
  }

  #onlineAs(): string | undefined {
    const { state, opened } = this.#parts.line
    const userId = state === 'online' ? opened?.user.id : undefined
    return userId !== undefined && userId === this.#userId ? userId : undefined
  }
}

const own = (entry: OwnEntry): ChatInput => ({ kind: 'own', entry })
