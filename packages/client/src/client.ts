/** Parley from code: `createClient` gives typed requests, live events, token refresh and safe retries. */
import { type AuthMethods, openAccount } from './account.ts'
import type { ChatListSnapshot, ChatListView } from './chat-list.ts'
import type { ChatSnapshot } from './chat-snapshot.ts'
import type { ChatView } from './chat-view.ts'
import { Device } from './device.ts'
import { type ConnectionState, createEmitter, type EventName, type Events } from './events.ts'
import { createHttp } from './http.ts'
import { indexedDbStore } from './indexed-db-store.ts'
import type { Line, Opened } from './line.ts'
import type { Call, Input } from './method.ts'
import { type Operations, operationTable } from './operations.ts'
import type { OutboxView } from './outbox.ts'
import { ParleyError } from './parley-error.ts'
import { createRest } from './rest.ts'
import { sendingOnce } from './send-once.ts'
import { memoryStore, type Store } from './store.ts'
import type { TokenStore } from './tokens.ts'

export type { Session as UserSession, Tokens } from '@parley/protocol/auth'
export type { Chat, ChatDraft, Member, MemberRole, MySettings } from '@parley/protocol/chats'
export type { ErrorCode, FieldProblem } from '@parley/protocol/errors'
export type { Content, HistoryMessage, Message } from '@parley/protocol/messages'
export type { OwnUser, PublicUser, UserSettings } from '@parley/protocol/users'
export type { ChatListSnapshot, ChatListView } from './chat-list.ts'
export type { OutgoingMessage } from './chat-outgoing.ts'
export type { ChatSnapshot } from './chat-snapshot.ts'
export type { ChatView, NewMessage } from './chat-view.ts'
export type { ConnectionState, EventName, Events } from './events.ts'
export { indexedDbStore } from './indexed-db-store.ts'
export type { Opened } from './line.ts'
export type { Operations } from './operations.ts'
export type { OutboxView } from './outbox.ts'
export { type LocalErrorCode, ParleyError } from './parley-error.ts'
export { memoryStore, type Store } from './store.ts'
export { newTempId } from './temp-id.ts'
export { memoryTokens, type TokenStore, type WebStorage, webStorageTokens } from './tokens.ts'

export interface ClientOptions {
  /** Where the server is: `https://chat.example`. In a browser, the page's own origin unless given. */
  readonly url?: string
  /** `bearer`: tokens are kept here and sent along. `cookie`: the browser keeps the session. `bearer` unless given. */
  readonly auth?: 'bearer' | 'cookie'
  /** Where tokens are kept; in memory unless given. */
  readonly tokenStore?: TokenStore
  /** Milliseconds to wait for any answer; 15,000 unless given. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
  /** Whether all tabs of an account use one connection; in browsers `true` unless given, where the tabs have the session in common. */
  readonly shareConnection?: boolean
  /** Where chats and unsent messages are kept between two starts; the browser's IndexedDB where tokens outlive the tab, else nowhere, unless given. */
  readonly store?: Store
}

/** One person's (or nobody's) access to one server. Every method rejects with a `ParleyError`. */
export interface Parley extends Omit<Operations, 'auth'> {
  readonly auth: AuthMethods
  readonly connection: ConnectionState
  /** Opens the socket and resolves when the server knows who this is. Listening opens it too, by itself. */
  connect(): Promise<Opened>
  /** Closes the socket until `connect()`; requests go on working. */
  close(): void
  /** Listens until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  /** A consistent view of one chat, kept up to date until it's closed. Opens the socket, as listening does. */
  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView
  /** A consistent view of all my chats, kept up to date from now on. Opens the socket, as listening does. */
  chatList(listener?: (current: ChatListSnapshot) => void): ChatListView
  /** Resolves once what is to be kept is in the store, and what isn't to be kept any more is out of it: before the page or the program ends. */
  flush(): Promise<void>
  /** What was sent by `view.send` and isn't known to be stored, in all chats. */
  readonly outbox: OutboxView
}

const localEvents: readonly EventName[] = ['connection', 'reconnected', 'logged_out', 'warning']

export function createClient(options: ClientOptions = {}): Parley {
  const url = serverAddress(options.url)
  const byCookie = options.auth === 'cookie'
  const timeoutMs = options.timeoutMs ?? 15_000
  const events = createEmitter()
  const http = createHttp({
    url,
    timeoutMs,
    credentials: byCookie ? 'include' : 'omit',
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
  })

  const account = openAccount({
    ...{ url, byCookie, timeoutMs, http, events },
    tokenStore: options.tokenStore,
    shareConnection: options.shareConnection,
    whoAmI: async () => (await operations.auth.checkSession()).user?.id,
    onLogin: (userId) => device.loggedInAs(userId),
    onLoginElsewhere: () => device.loggedIn(),
    onDiscardedElsewhere: (tempId) => device.discarded(tempId),
  })
  const { line } = account

  const call = callThrough(line, createRest(http, account.session))
  const operations = bind(call)
  const requestsAs = (userId: string) => bind((operation, input) => call(operation, input, userId))
  const device = new Device({
    ...{ url, line, requests: operations, requestsAs, on: events.on },
    store: options.store ?? defaultStore(options),
    mayBe: async (userId) => byCookie || (await account.owner()) === userId,
    warn: (message, cause) => events.emit('warning', { message, cause }),
  })
  const sender = async () => line.opened?.user.id ?? device.userId ?? (await account.owner())
  return {
    ...device.requests,
    messages: sendingOnce({ messages: device.requests.messages, requestsAs, sender, byCookie }),
    auth: account.withSession(operations.auth),
    get connection() {
      return line.state
    },
    connect: () => line.open(),
    close: () => line.close(),
    on(name, listener) {
      const off = events.on(name, listener)
      if (!localEvents.includes(name)) line.want()
      return off
    },
    subscribe: (chatId, listener) => device.subscribe(chatId, listener),
    chatList: (listener) => device.chatList(listener),
    flush: () => device.flush(),
    get outbox() {
      device.start()
      return device.outbox
    },
  }
}

/** Who is logged in for as long as the tab is there has nothing to keep longer. */
const defaultStore = ({ auth, tokenStore }: ClientOptions): Store =>
  globalThis.indexedDB !== undefined && (auth === 'cookie' || tokenStore?.sharedAs !== undefined) ? indexedDbStore() : memoryStore()

function serverAddress(given: string | undefined): string {
  const url = given ?? globalThis.location?.origin
  if (url === undefined) throw new TypeError("unable to create a client; outside of browsers createClient needs the server's url")
  return new URL(url).href.replace(/\/+$/, '')
}

/** Commands go over the socket while it is there; everything else, and they too when it isn't, over REST. */
function callThrough(line: Line, rest: Call): Call {
  return async (operation, input, userId) => {
    const connectedAs = line.opened?.user.id
    const isTheirs = userId === undefined || userId === connectedAs
    if (operation.kind === 'route' || connectedAs === undefined || !isTheirs) return rest(operation, input, userId)
    try {
      return await line.command(operation.name, input, connectedAs)
    } catch (error) {
      // The token ran out while connected: nothing was done, and REST knows how to get another.
      if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') return rest(operation, input, connectedAs)
      throw error
    }
  }
}

/** A method for each operation of the contract; the table and the types are written from the same definitions. */
function bind(call: Call): Operations {
  const namespaces = Object.entries(operationTable).map(([namespace, rows]) => {
    const methods = Object.entries(rows).map(([name, row]) => [name, (input: Input = {}) => call(row, input)] as const)
    return [namespace, Object.fromEntries(methods)] as const
  })
  return Object.fromEntries(namespaces) as unknown as Operations
}
