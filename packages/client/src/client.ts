/** Parley from code: `createClient` gives typed requests, live events, token refresh and safe retries. */
import type { Tokens } from '@parley/protocol/auth'
import { withRetries } from './backoff.ts'
import type { ChatSnapshot, ChatView } from './chat-view.ts'
import { ChatViews } from './chat-views.ts'
import { Connection } from './connection.ts'
import { type ConnectionState, createEmitter, type EventName, type Events } from './events.ts'
import { createHttp, type Http } from './http.ts'
import type { Line, Opened } from './line.ts'
import type { Call, Input } from './method.ts'
import { type AuthOperations, type Operations, operationTable } from './operations.ts'
import { ParleyError } from './parley-error.ts'
import { createRest } from './rest.ts'
import { bearerSession, cookieSession, type Session } from './session.ts'
import { newTempId } from './temp-id.ts'
import { memoryTokens, type TokenStore } from './tokens.ts'

export type { Session as UserSession, Tokens } from '@parley/protocol/auth'
export type { Chat, Member, MemberRole } from '@parley/protocol/chats'
export type { ErrorCode, FieldProblem } from '@parley/protocol/errors'
export type { Content, HistoryMessage, Message } from '@parley/protocol/messages'
export type { OwnUser, PublicUser } from '@parley/protocol/users'
export type { OutgoingMessage } from './chat-outgoing.ts'
export type { ChatSnapshot, ChatView, NewMessage } from './chat-view.ts'
export type { ConnectionState, EventName, Events } from './events.ts'
export type { Opened } from './line.ts'
export type { Operations } from './operations.ts'
export { type LocalErrorCode, ParleyError } from './parley-error.ts'
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
}

/** One person's (or nobody's) access to one server. Every method rejects with a `ParleyError`. */
export interface Parley extends Omit<Operations, 'auth'> {
  /** Tokens are refreshed by themselves, so there is no method for it. */
  readonly auth: Omit<AuthOperations, 'refresh'>
  readonly connection: ConnectionState
  /** Opens the socket and resolves when the server knows who this is. Listening opens it too, by itself. */
  connect(): Promise<Opened>
  /** Closes the socket until `connect()`; requests go on working. */
  close(): void
  /** Listens until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  /** A consistent view of one chat, kept up to date until it's closed. Opens the socket, as listening does. */
  subscribe(chatId: string, listener?: (current: ChatSnapshot) => void): ChatView
}

const localEvents: readonly EventName[] = ['connection', 'reconnected', 'logged_out']

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

  const onRefused = () => {
    line.sessionChanged(false)
    events.emit('logged_out', { reason: 'refused' })
  }
  const session = byCookie
    ? cookieSession(onRefused)
    : bearerSession({ store: options.tokenStore ?? memoryTokens(), requestTokens: requestTokens(http), onRefused })
  const line: Line = new Connection({ url, session, byCookie, events, timeoutMs })

  const operations = bind(callThrough(line, createRest(http, session)))
  const requests = { ...operations, messages: sendingOnce(operations.messages) }
  let views: ChatViews | undefined
  const openViews = () =>
    new ChatViews({
      requests,
      on: events.on,
      connect: () => line.want(),
      connectionState: () => line.state,
      userId: () => line.opened?.user.id,
    })
  return {
    ...requests,
    auth: withSession(operations.auth, session, line, () => events.emit('logged_out', { reason: 'logout' })),
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
    subscribe(chatId, listener) {
      views ??= openViews()
      return views.subscribe(chatId, listener)
    },
  }
}

function serverAddress(given: string | undefined): string {
  const url = given ?? globalThis.location?.origin
  if (url === undefined) throw new TypeError("unable to create a client; outside of browsers createClient needs the server's url")
  return new URL(url).href.replace(/\/+$/, '')
}

/** The successor of a refresh token, and the access token that comes with it. */
const requestTokens =
  (http: Http) =>
  async (refreshToken: string): Promise<Tokens> => {
    const { tokens } = (await http(operationTable.auth.refresh, { refreshToken })) as { tokens: Tokens }
    return tokens
  }

/** Commands go over the socket while it is there; everything else, and they too when it isn't, over REST. */
function callThrough(line: Line, rest: Call): Call {
  return async (operation, input) => {
    if (operation.kind === 'route' || line.state !== 'online') return rest(operation, input)
    try {
      return await line.command(operation.name, input)
    } catch (error) {
      // The token ran out while connected: nothing was done, and REST knows how to get another.
      if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') return rest(operation, input)
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

/** Whatever becomes of the answers, a message is sent once. */
const sendingOnce = (messages: Operations['messages']): Operations['messages'] => ({
  ...messages,
  sendMessage: (input) => {
    const once = { ...input, tempId: input.tempId ?? newTempId() }
    return withRetries(() => messages.sendMessage(once))
  },
})

/** What logging in and out means for the tokens and the socket. */
function withSession(auth: AuthOperations, session: Session, line: Line, onLogout: () => void): Parley['auth'] {
  const { refresh: _, ...others } = auth

  async function begin<Answer extends { tokens: Tokens }>(answer: Answer): Promise<Answer> {
    await session.begin(answer.tokens)
    line.sessionChanged(true)
    return answer
  }
  async function end<Answer>(answer: Answer): Promise<Answer> {
    await session.end()
    line.sessionChanged(false)
    onLogout()
    return answer
  }
  return {
    ...others,
    register: async (input) => begin(await auth.register(input)),
    login: async (input) => begin(await auth.login(input)),
    demoLogin: async (input) => begin(await auth.demoLogin(input)),
    logout: async (input) => end(await auth.logout(input)),
    logoutAll: async (input) => end(await auth.logoutAll(input)),
  }
}
