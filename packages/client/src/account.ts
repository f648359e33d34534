/** Who this client is logged in as: the session, the line that belongs to it, and the news of its end. */
import type { Tokens } from '@parley/protocol/auth'
import { Connection } from './connection.ts'
import type { Emitter, LocalEvents } from './events.ts'
import type { Http } from './http.ts'
import type { Line, SessionChange } from './line.ts'
import { type AuthOperations, operationTable } from './operations.ts'
import { bearerSession, cookieSession, type Session } from './session.ts'
import { SharedLine } from './shared-line.ts'
import { exclusively, tabsCanShare } from './tab-locks.ts'
import { memoryTokens, subjectOf, type TokenStore } from './tokens.ts'

export interface AccountOptions {
  readonly url: string
  readonly byCookie: boolean
  readonly tokenStore: TokenStore | undefined
  readonly shareConnection: boolean | undefined
  readonly timeoutMs: number
  readonly http: Http
  readonly events: Emitter
  /** The id of the person that requests speak for. */
  readonly whoAmI: () => Promise<string | undefined>
  /** Somebody logged in here; from now on requests speak for them. */
  readonly onLogin: (userId: string) => void
  /** Somebody logged in in another tab. */
  readonly onLoginElsewhere: () => void
  readonly onDiscardedElsewhere: (tempId: string) => void
}

/** Tokens are refreshed by themselves, so there is no method for it. */
export type AuthMethods = Omit<AuthOperations, 'refresh'>

export interface Account {
  readonly session: Session
  readonly line: Line
  /** Whom the tokens speak for; undefined where nobody is logged in, or a cookie says who. */
  owner(): Promise<string | undefined>
  /** The operations, and what they mean for the session and the line. */
  withSession(auth: AuthOperations): AuthMethods
}

export function openAccount({
  url,
  byCookie,
  shareConnection,
  timeoutMs,
  http,
  events,
  whoAmI,
  onLogin,
  onLoginElsewhere,
  onDiscardedElsewhere,
  ...options
}: AccountOptions): Account {
  const store = options.tokenStore ?? memoryTokens()
  const sharedAs = byCookie ? 'cookie' : store.sharedAs
  /** What all tabs of the account call what they have in common; the number rises when they couldn't understand each other any more. */
  const name = sharedAs && `parley/2 ${url} ${sharedAs}`
  /** Whether this client is logging out by itself: then nobody else need tell it. */
  let leaving = false

  const tell = (reason: LocalEvents['logged_out']['reason']) => events.emit('logged_out', { reason })
  const onRefused = () => {
    line.sessionChanged('refused')
    tell('refused')
  }
  const inTurn = <T>(refresh: () => Promise<T>) => (name === undefined ? refresh() : exclusively(`${name} refresh`, timeoutMs, refresh))
  const session = byCookie
    ? cookieSession(`parley.session ${url}`, onRefused)
    : bearerSession({ store, requestTokens: requestTokens(http), onRefused, inTurn })

  const own = { url, session, byCookie, events, timeoutMs }
  const onChangeElsewhere = (change: SessionChange) => {
    if (change === 'login') onLoginElsewhere()
    else if (!leaving && session.endedElsewhere()) tell(change)
  }
  const shared = name !== undefined && (shareConnection ?? inBrowser()) && tabsCanShare()
  const line: Line = shared
    ? new SharedLine({ ...own, name, whoAmI, onChangeElsewhere, onDiscardedElsewhere, onReplaced: () => tell('logout') })
    : new Connection(own)

  async function begin<Answer extends { user: { id: string }; tokens: Tokens }>(answer: Answer): Promise<Answer> {
    onLogin(answer.user.id)
    await session.begin(answer.tokens)
    line.sessionChanged('login')
    return answer
  }
  async function end<Answer>(logout: () => Promise<Answer>): Promise<Answer> {
    leaving = true
    try {
      const answer = await logout()
      await session.end()
      line.sessionChanged('logout')
      tell('logout')
      return answer
    } finally {
      leaving = false
    }
  }
  return {
    session,
    line,
    owner: async () => (byCookie ? undefined : subjectOf((await store.load())?.accessToken)),
    withSession: ({ refresh: _, ...auth }) => ({
      ...auth,
      register: async (input) => begin(await auth.register(input)),
      login: async (input) => begin(await auth.login(input)),
      demoLogin: async (input) => begin(await auth.demoLogin(input)),
      logout: (input) => end(() => auth.logout(input)),
      logoutAll: (input) => end(() => auth.logoutAll(input)),
    }),
  }
}

const inBrowser = () => globalThis.location !== undefined

/** The successor of a refresh token, and the access token that comes with it. */
const requestTokens =
  (http: Http) =>
  async (refreshToken: string): Promise<Tokens> => {
    const { tokens } = (await http(operationTable.auth.refresh, { refreshToken })) as { tokens: Tokens }
    return tokens
  }
