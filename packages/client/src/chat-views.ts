/** All open chats of one client: hands them the live events, and after every connect brings what they missed, all of them together. */
import { backoffMs, waitAfter } from './backoff.ts'
import { chatIdOf, type Frame, frameNames } from './chat-frame.ts'
import { type ChatSnapshot, type ChatView, OpenChat } from './chat-view.ts'
import type { ConnectionState, EventName, Events } from './events.ts'
import type { Operations } from './operations.ts'
import { asParleyError } from './parley-error.ts'

interface ChatViewsParts {
  readonly requests: Pick<Operations, 'chats' | 'messages' | 'streams'>
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  /** Asks for a connection; it may be there already. */
  readonly connect: () => void
  readonly connectionState: () => ConnectionState
  /** Who the connection belongs to, while online. */
  readonly userId: () => string | undefined
}

/** As many as one `sync` takes. */
const chatsAtOnce = 20

/** After these there is no chat to look at, however often it's asked for. */
const noSuchChat: readonly string[] = ['CHAT_NOT_FOUND', 'VALIDATION_FAILED']

export class ChatViews {
  readonly #parts: ChatViewsParts
  readonly #open = new Map<string, OpenChat>()
  /** Of the connection: what was asked for over an older one says nothing of the frames lost since. */
  #epoch = 0
  #catchingUpIn: number | undefined
  #userId: string | undefined

  constructor(parts: ChatViewsParts) {
    this.#parts = parts
    parts.on('connection', (state) => this.#connectionIs(state))
    parts.on('logged_out', () => this.#endAll())
    for (const name of frameNames) parts.on(name, (payload) => this.#receive({ name, payload } as Frame))
    this.#connectionIs(parts.connectionState())
  }

  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView {
    const known = this.#open.get(chatId)
    const chat = known ?? this.#add(chatId)
    const view = chat.view(listener)
    this.#parts.connect()
    if (known === undefined) this.#start(chat)
    return view
  }

  #add(chatId: string): OpenChat {
    const onDone = () => {
      if (this.#open.get(chatId) === chat) this.#open.delete(chatId)
    }
    const chat = new OpenChat({ chatId, requests: this.#parts.requests, onHole: () => void this.#catchUp(), onDone })
    this.#open.set(chatId, chat)
    return chat
  }

  #receive(frame: Frame) {
    this.#open.get(chatIdOf(frame))?.put({ kind: 'frame', frame })
  }

  #connectionIs(state: ConnectionState) {
    this.#epoch += 1
    if (state !== 'online') {
      for (const chat of [...this.#open.values()]) chat.put({ kind: 'lost' })
      return
    }
    const userId = this.#parts.userId()
    if (userId !== this.#userId) this.#endAll()
    this.#userId = userId
    for (const chat of [...this.#open.values()]) this.#start(chat)
  }

  /** What one person saw is not for the next who logs in. */
  #endAll() {
    if (this.#userId === undefined) return
    this.#userId = undefined
    for (const chat of [...this.#open.values()]) chat.put({ kind: 'gone' })
  }

  /** Every frame arrives from now on; what happened before is asked for. */
  #start(chat: OpenChat) {
    if (this.#parts.connectionState() !== 'online' || this.#userId === undefined) return
    chat.put({ kind: 'catching_up', userId: this.#userId })
    if (chat.state.phase === 'loading') void this.#read(chat)
    else void this.#catchUp()
  }

  async #read(chat: OpenChat): Promise<void> {
    const epoch = this.#epoch
    for (let failures = 0; epoch === this.#epoch; failures += 1) {
      try {
        const answer = await chat.read()
        if (epoch === this.#epoch) chat.put(answer)
        return
      } catch (cause) {
        const error = asParleyError(cause)
        if (noSuchChat.includes(error.code)) return chat.put({ kind: 'gone' })
        await later(waitAfter(error, failures))
      }
    }
  }

  /** Asks until no chat is behind any more; once at a time. */
  async #catchUp(): Promise<void> {
    const epoch = this.#epoch
    if (this.#catchingUpIn === epoch) return
    this.#catchingUpIn = epoch
    // Chats that are behind are gathered first: they all say so in the same turn.
    await Promise.resolve()
    for (let failures = 0; epoch === this.#epoch; ) {
      const behind = [...this.#open.values()].filter(({ state }) => state.phase === 'open' && state.catchingUp).slice(0, chatsAtOnce)
      if (behind.length === 0) break
      try {
        const answer = await this.#parts.requests.streams.sync({
          chats: Object.fromEntries(behind.map(({ chatId, state }) => [chatId, state.appliedSeq])),
        })
        if (epoch !== this.#epoch) return
        failures = take(behind, answer) ? 0 : failures + 1
        if (failures > 0) await later(backoffMs(failures))
      } catch (error) {
        await later(waitAfter(asParleyError(error), failures))
        failures += 1
      }
    }
    if (this.#catchingUpIn === epoch) this.#catchingUpIn = undefined
  }
}

/** Hands an answer to the chats that asked; whether any of them got further by it. */
function take(chats: readonly OpenChat[], { chats: deltas, gone }: Awaited<ReturnType<Operations['streams']['sync']>>): boolean {
  const further = chats.map((chat) => {
    const { appliedSeq } = chat.state
    const delta = deltas.find(({ chatId }) => chatId === chat.chatId)
    if (delta !== undefined) chat.put({ kind: 'synced', delta })
    else if (gone.includes(chat.chatId)) chat.put({ kind: 'gone' })
    return !chat.state.catchingUp || chat.state.appliedSeq > appliedSeq
  })
  return further.includes(true)
}

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
