/** The open chats of one client: those that somebody looks at, and the last ones that somebody did. */
import { backoffMs, later, waitAfter } from './backoff.ts'
import { chatIdOf, type Frame } from './chat-frame.ts'
import type { ChatSnapshot } from './chat-snapshot.ts'
import type { ChatInput, KeptChat } from './chat-state.ts'
import { type ChatView, OpenChat } from './chat-view.ts'
import type { Keeper } from './keeper.ts'
import type { Operations } from './operations.ts'
import type { Outbox } from './outbox.ts'
import { asParleyError } from './parley-error.ts'

interface ChatViewsParts {
  readonly requests: Pick<Operations, 'chats' | 'messages' | 'streams'>
  readonly keeper: Keeper
  readonly outbox: Outbox
  /** Whose chats these are, once the connection says so, and only while it's there. */
  readonly onlineAs: () => string | undefined
  /** Resolves once what an earlier start of this client kept is here. */
  readonly started: () => Promise<void>
  readonly catchUp: () => void
  readonly onRead: (chatId: string, seq: number) => void
}

/** After these there is no chat to look at, however often it's asked for. */
const noSuchChat: readonly string[] = ['CHAT_NOT_FOUND', 'VALIDATION_FAILED']
/** Chats that nobody looks at any more are followed and kept up to this number; then the one that was left first is dropped. */
const followed = 50

interface Reading {
  /** Of the connection. */
  readonly epoch: number
}

const keyOf = (chatId: string) => `chat/${chatId}`

export class ChatViews {
  readonly #parts: ChatViewsParts
  readonly #open = new Map<string, OpenChat>()
  /** Those that nobody looks at, the one left last at the end. */
  readonly #left = new Set<OpenChat>()
  /** Chats whose unread messages are being counted, over the connection of this number. */
  readonly #counting = new Map<OpenChat, number>()
  /** Chats that are being read: the last reading of each. */
  readonly #reading = new Map<OpenChat, Reading>()
  #epoch = 0

  constructor(parts: ChatViewsParts) {
    this.#parts = parts
  }

  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView {
    const known = this.#open.get(chatId)
    const chat = known ?? this.#add(chatId)
    this.#left.delete(chat)
    const view = chat.view(listener)
    if (known === undefined) void this.#start(chat)
    else this.returned(chatId)
    return view
  }

  receive(frame: Frame): void {
    this.put(chatIdOf(frame), { kind: 'frame', frame })
  }

  put(chatId: string, input: ChatInput): void {
    this.#open.get(chatId)?.put(input)
  }

  get(chatId: string): OpenChat | undefined {
    return this.#open.get(chatId)
  }

  /** The open chat that a loaded message is in. */
  withMessage(messageId: string): OpenChat | undefined {
    return [...this.#open.values()].find(({ state }) => state.loaded.messages.some(({ id }) => id === messageId))
  }

  behind(): OpenChat[] {
    const waiting = [...this.#open.values()].filter(({ state }) => state.phase === 'open' && state.catchingUp)
    return waiting.toSorted((one, other) => Number(other.watched) - Number(one.watched))
  }

  connected(): void {
    this.#epoch += 1
    for (const chat of [...this.#open.values()]) void this.#start(chat)
  }

  lost(): void {
    this.#epoch += 1
    for (const chat of [...this.#open.values()]) chat.put({ kind: 'lost' })
  }

  /** Nothing that was known of any chat is certain: all are read anew. */
  startOver(): void {
    for (const chat of [...this.#open.values()]) this.#startOver(chat)
  }

  /** I may be in this chat again: who still looks at it sees it again. */
  returned(chatId: string): void {
    const chat = this.#open.get(chatId)
    if (chat?.state.phase === 'gone') this.#startOver(chat)
  }

  #startOver(chat: OpenChat) {
    chat.startOver()
    const userId = this.#parts.onlineAs()
    if (userId === undefined) return
    chat.put({ kind: 'catching_up', userId })
    void this.#read(chat)
  }

  /** What was told while this device was away can't be told any more. */
  allReturned(): void {
    for (const chatId of [...this.#open.keys()]) this.returned(chatId)
  }

  /** Nobody's chats: what ends here isn't for the next who logs in. */
  endAll(): void {
    for (const chat of [...this.#open.values()]) {
      chat.put({ kind: 'gone' })
      this.#drop(chat)
    }
  }

  /**
   * Goes on following everything that was kept, before anything is heard: entries of my own stream are told once, and
   * what isn't here by then would miss them. Of what was kept without this device's place nobody knows what it missed.
   */
  async wake(userId: string, placeIsKnown: boolean): Promise<void> {
    for (const [key, kept] of await this.#parts.keeper.load(keyOf(''))) {
      if (placeIsKnown) this.#wake(key.slice(keyOf('').length), userId, kept as KeptChat)
      else this.#parts.keeper.put(key, () => undefined)
    }
  }

  #wake(chatId: string, userId: string, kept: KeptChat) {
    const known = this.#open.get(chatId)
    const chat = known ?? this.#add(chatId)
    if (known === undefined) this.#leave(chat)
    chat.put({ kind: 'restored', userId, kept })
  }

  /** An entry of my own stream; a chat that another tab keeps and this one doesn't follow is right no more. */
  told(chatId: string, input: ChatInput): void {
    if (this.#open.has(chatId)) this.put(chatId, input)
    else this.#parts.keeper.put(keyOf(chatId), () => undefined)
  }

  #add(chatId: string): OpenChat {
    const { requests, keeper, outbox, catchUp, onRead } = this.#parts
    const chat: OpenChat = new OpenChat({
      ...{ chatId, requests, outbox },
      onHole: catchUp,
      onUncertain: () => void this.#count(chat),
      onChange: () => {
        if (chat.state.phase !== 'loading') keeper.put(keyOf(chatId), () => chat.kept)
        if (chat.state.phase === 'gone' && !chat.watched) this.#drop(chat)
      },
      onLeft: () => this.#leave(chat),
      onRead: (seq) => onRead(chatId, seq),
    })
    this.#open.set(chatId, chat)
    return chat
  }

  #leave(chat: OpenChat) {
    if (this.#open.get(chat.chatId) !== chat) return
    if (chat.state.phase === 'gone') return this.#drop(chat)
    this.#left.add(chat)
    const [first] = this.#left
    if (this.#left.size > followed && first !== undefined) this.#drop(first)
  }

  /** Nothing of it stays, here or on disk. */
  #drop(chat: OpenChat) {
    if (this.#open.get(chat.chatId) !== chat) return
    this.#open.delete(chat.chatId)
    this.#left.delete(chat)
    this.#parts.keeper.put(keyOf(chat.chatId), () => undefined)
  }

  /** Every frame arrives from now on; what happened before is asked for, from where this device had come. */
  async #start(chat: OpenChat): Promise<void> {
    const userId = this.#parts.onlineAs()
    if (userId !== undefined) chat.put({ kind: 'catching_up', userId })
    if (chat.state.phase === 'loading') await this.#parts.started()
    if (this.#parts.onlineAs() === undefined) return
    if (chat.state.phase === 'loading') await this.#readOnce(chat)
    else this.#parts.catchUp()
  }

  async #readOnce(chat: OpenChat): Promise<void> {
    if (this.#reading.get(chat)?.epoch !== this.#epoch) await this.#read(chat)
  }

  /** Reads the chat until there is an answer; one to an earlier reading counts no more. */
  async #read(chat: OpenChat): Promise<void> {
    const reading: Reading = { epoch: this.#epoch }
    this.#reading.set(chat, reading)
    const isLatest = () => reading.epoch === this.#epoch && this.#reading.get(chat) === reading
    for (let failures = 0; isLatest(); failures += 1) {
      try {
        const answer = await chat.read()
        if (isLatest()) chat.put(answer)
        break
      } catch (cause) {
        const error = asParleyError(cause)
        if (noSuchChat.includes(error.code)) {
          if (isLatest()) chat.put({ kind: 'gone' })
          break
        }
        await later(waitAfter(error, failures))
      }
    }
    if (this.#reading.get(chat) === reading) this.#reading.delete(chat)
  }

  /** What is unread is counted by the server where it can't be known from here; until its answer settles it, further and further apart. */
  async #count(chat: OpenChat): Promise<void> {
    const epoch = this.#epoch
    if (this.#counting.get(chat) === epoch) return
    this.#counting.set(chat, epoch)
    const isOpen = () => epoch === this.#epoch && this.#open.get(chat.chatId) === chat
    for (let asked = 1; isOpen() && chat.state.unread.uncertain; asked += 1) {
      try {
        const { chat: counted } = await this.#parts.requests.chats.getChat({ chatId: chat.chatId })
        if (isOpen()) chat.put({ kind: 'counted', counted: { ...counted, positions: counted.members } })
        await later(backoffMs(asked))
      } catch (cause) {
        await later(waitAfter(asParleyError(cause), asked))
      }
    }
    if (this.#counting.get(chat) === epoch) this.#counting.delete(chat)
  }
}
