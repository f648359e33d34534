import pg from 'pg'
import type { Log } from '../../core/log.ts'
import { within } from '../../core/within.ts'
import type { Database } from './database.ts'
import { limitedTransaction, type QueryOutcome, queriesOver, type Session, type Sessions } from './sessions.ts'
import { toDatabaseError } from './unavailable.ts'

const connectTimeout = 2000
/** A little more than the server's own limit, for a network that swallows packets. */
const answerTimeout = 12_000
const int8 = 20

const int8Array = 1016

/** bigint as number; its arrays come from `pg` as arrays of text. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format) {
    const parse = pg.types.getTypeParser(oid, format)
    if (oid === int8) return Number
    if (oid === int8Array) return (text: string) => (parse(text) as (string | null)[]).map((item) => (item === null ? null : Number(item)))
    return parse
  },
}

/** Adds session settings to those that the URL may carry itself, which would replace them otherwise. */
function withSettings(url: string, settings: Readonly<Record<string, string>>): string {
  const parsed = new URL(url)
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  parsed.searchParams.set('options', [parsed.searchParams.get('options') ?? '', ...options].join(' ').trim())
  return parsed.href
}

interface PoolOptions {
  readonly url: string
  readonly log: Log
  readonly size: number
  readonly settings: Readonly<Record<string, string>>
  /** Milliseconds until a query counts as lost; null waits for ever. */
  readonly answerTimeout: number | null
}

class PoolSession implements Session {
  readonly #client: pg.PoolClient
  readonly #answerTimeout: number | null
  #lost = false

  constructor(client: pg.PoolClient, timeout: number | null) {
    this.#client = client
    this.#answerTimeout = timeout
  }

  async query(text: string, values: readonly unknown[]): Promise<QueryOutcome> {
    const answers: unknown = await this.submit({ text, values: [...values] })
    const answer = (Array.isArray(answers) ? answers.at(-1) : answers) as pg.QueryResult
    return { command: answer.command, count: answer.rowCount ?? 0, rows: answer.rows }
  }

  /** For what Kysely doesn't do: names, rows as arrays, one result per statement. */
  async submit(query: pg.QueryConfig & { rowMode?: 'array' }): Promise<pg.QueryResult | pg.QueryResult[]> {
    try {
      const answer = this.#client.query(query)
      return await (this.#answerTimeout === null ? answer : within(this.#answerTimeout, answer))
    } catch (error) {
      // What PostgreSQL itself answered leaves the connection in order, except when it said goodbye with it.
      if (!(error instanceof pg.DatabaseError) || error.severity !== 'ERROR') this.#lost = true
      throw toDatabaseError(error)
    }
  }

  release(dirty: boolean): void {
    this.#client.release(dirty || this.#lost)
  }
}

class PoolSessions implements Sessions {
  readonly #pool: pg.Pool
  readonly #options: PoolOptions

  constructor(options: PoolOptions) {
    this.#options = options
    this.#pool = new pg.Pool({
      connectionString: withSettings(options.url, options.settings),
      application_name: 'parley',
      max: options.size,
      connectionTimeoutMillis: connectTimeout,
      keepAlive: true,
      types,
    })
    // For the whole life of a connection: the pool listens only while it's idle, and an error that nobody hears ends the process.
    // Even the first answer of a new one may bring the goodbye of a server that shuts down.
    this.#pool.on('connect', (client) => {
      client.on('error', (error) => options.log.warn({ err: error }, 'the database ended a connection'))
    })
    // The pool drops the connection by itself; what there is to say, the line above says.
    this.#pool.on('error', () => undefined)
  }

  async acquire(): Promise<PoolSession> {
    try {
      return new PoolSession(await this.#pool.connect(), this.#options.answerTimeout)
    } catch (error) {
      throw toDatabaseError(error)
    }
  }

  async use<T>(work: (session: PoolSession) => Promise<T>): Promise<T> {
    const session = await this.acquire()
    let failed = true
    try {
      const result = await work(session)
      failed = false
      return result
    } finally {
      session.release(failed)
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

const limits = { statement_timeout: '10s', idle_in_transaction_session_timeout: '10s', lock_timeout: '5s' }

/** Connects when first asked; a server that is away is an error of the query, and the next one tries again. */
export function openPostgres({ url, log }: { readonly url: string; readonly log: Log }): Database {
  const pool = new PoolSessions({ url, log, size: 10, settings: limits, answerTimeout })
  const lanes = new PoolSessions({
    url,
    log,
    size: 3,
    settings: { ...limits, lock_timeout: '500ms', plan_cache_mode: 'force_generic_plan' },
    answerTimeout,
  })
  const query = queriesOver(pool)
  const patient = queriesOver(new PoolSessions({ url, log, size: 1, settings: {}, answerTimeout: null }))
  return {
    kind: 'postgres',
    query,
    patient,
    transaction: (work) => limitedTransaction(query, work),
    async statement(name, text, values) {
      const session = await lanes.acquire()
      try {
        const answer = await session.submit({ name, text, values: [...values], rowMode: 'array' })
        return (answer as pg.QueryResult<unknown[]>).rows
      } finally {
        session.release(false)
      }
    },
    // A failed script may leave a transaction open: its connection isn't used again.
    raw: (text, values = []) =>
      pool.use(async (session) => {
        const answers = [await session.submit({ text, values: [...values] })].flat()
        return { rows: answers.flatMap((answer) => answer.rows) }
      }),
    async ping() {
      await within(
        connectTimeout,
        pool.use((session) => session.query('select 1', [])),
      )
    },
    async close() {
      await Promise.all([query.destroy(), patient.destroy(), lanes.close()])
    },
  }
}
