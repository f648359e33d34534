/** What this device knows of one account, beside what it asks for: open chats, the list of them, what is being sent; kept between two starts. */
import { CatchUp, type Place } from './catch-up.ts'
import { type Frame, frameNames } from './chat-frame.ts'
import type { ChatListSnapshot, ChatListView } from './chat-list.ts'
import type { Mine } from './chat-list-fold.ts'
import type { ChatSnapshot } from './chat-snapshot.ts'
import type { ChatInput } from './chat-state.ts'
import type { ChatView } from './chat-view.ts'
import type { ConnectionState, EventName, Events } from './events.ts'
import { Keeper } from './keeper.ts'
import type { Line } from './line.ts'
import { Marks } from './marks.ts'
import type { Operations } from './operations.ts'
import { Outbox, type OutboxView } from './outbox.ts'
import { showingAtOnce } from './own-changes.ts'
import { ShownChats } from './shown-chats.ts'
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
  readonly #chats: ShownChats
  readonly #catchUp: CatchUp
  /** The operations of the contract, as far as what they do is shown here at once. */
  readonly requests: Operations
  #userId: string | undefined
  #started: Promise<void> | undefined
  /** Of the connection. */
  #epoch = 0

  constructor(parts: DeviceParts) {
    this.#parts = parts
    const { requests, requestsAs, line } = parts
    const userId = () => this.#userId
    const onlineAs = () => this.#onlineAs()
    const tell = (chatId: string, input: ChatInput) => this.#chats.tell(chatId, input)
    const keeper = new Keeper({ ...parts, onFailure: (cause) => parts.warn('unable to keep anything; it goes on in memory', cause) })
    this.#keeper = keeper
    this.#outbox = new Outbox({
      ...{ keeper, tell, requestsAs, userId },
      connectionState: () => line.state,
      onDiscarded: (tempId) => line.discarded(tempId),
    })
    this.#marks = new Marks({
      ...{ keeper, requestsAs, onlineAs },
      show: (chatId, reached) => this.#chats.moved(chatId, { userId: this.#userId ?? '', ...reached }),
    })
    this.#chats = new ShownChats({
      ...{ line, requests, keeper, outbox: this.#outbox, marks: this.#marks, onlineAs, userId },
      started: async () => this.#started,
      catchUp: () => void this.#catchUp.run(),
      onListed: () => this.#keepPlace(),
      isFollowing: () => this.#catchUp.place !== undefined,
    })
    this.#catchUp = new CatchUp({
      sync: requests.streams.sync,
      behind: () => this.#chats.behind(),
      onEntry: (entry) => this.#chats.entry(entry),
      onHead: (head) => this.#chats.head(head),
      onSetBack: () => this.#chats.setBack(),
      onCaughtUp: (fromNothing) => this.#chats.caughtUp(fromNothing),
      onPlace: () => this.#keepPlace(),
    })
    this.requests = showingAtOnce({
      ...{ requests, requestsAs, tell, userId },
      chat: (chatId) => this.#chats.chat(chatId),
      viewOf: (messageId) => this.#chats.withMessage(messageId),
      onChat: (chat) => this.#chats.read(chat),
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
    const view = this.#chats.subscribe(chatId, listener)
    this.#parts.line.want()
    return view
  }

  chatList(listener?: (current: ChatListSnapshot) => void): ChatListView {
    this.start()
    const view = this.#chats.chatList(listener)
    this.#parts.line.want()
    return view
  }

  flush(): Promise<void> {
    return this.#keeper.flush()
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
    on('chat_created', ({ chat }) => this.#chats.read(chat))
    on('message_status_update', ({ chatId, userId, status, seq }) =>
      this.#chats.moved(chatId, { userId, deliveredSeq: seq, readSeq: status === 'read' ? seq : 0 }),
    )
    on('new_message', ({ tempId }) => this.#outbox.settle(tempId))
    for (const name of frameNames) on(name, (payload) => this.#chats.frame({ name, payload } as Frame))
  }

  async #restore(): Promise<void> {
    const userId = await this.#keeper.owner()
    if (userId === undefined || !(await this.#parts.mayBe(userId)) || (this.#userId ?? userId) !== userId) return
    this.#userId = userId
    this.#keeper.belongTo(userId)
    const kept = (await this.#keeper.load(keptKey)).get(keptKey) as Kept | undefined
    if (this.#userId !== userId) return
    if (kept !== undefined) this.#catchUp.restore(kept.place)
    await this.#chats.restore(userId, kept)
    await Promise.all([this.#outbox.restore(), this.#marks.restore()])
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
    this.#chats.connected(userId)
    void this.#catchUp.run()
    this.#outbox.wake()
    this.#marks.wake()
  }

  #lost() {
    this.#catchUp.lost()
    this.#chats.lost()
  }

  /** What one person saw is not for the next who logs in. */
  async #end(): Promise<void> {
    this.#userId = undefined
    this.#catchUp.forget()
    this.#outbox.end()
    this.#marks.end()
    this.#chats.end()
    await this.#keeper.clear()
  }

  #keepPlace() {
    this.#chats.wentOn()
    this.#keeper.putLast(keptKey, (): Kept | undefined => {
      const { place } = this.#catchUp
      const { mine } = this.#chats
      return place && { place, ...(mine && { mine }) }
    })
  }

  #onlineAs(): string | undefined {
    const { state, opened } = this.#parts.line
    const userId = state === 'online' ? opened?.user.id : undefined
    return userId !== undefined && userId === this.#userId ? userId : undefined
  }
}
