import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Log } from '../../core/log.ts'
import { within } from '../../core/within.ts'
import { lockDataDirectory } from './data-lock.ts'
import type { Database } from './database.ts'
import type { Answer, Request, Rows, SqlFailure } from './pglite-protocol.ts'
import { keepUp } from './pglite-upkeep.ts'
import { toText } from './pglite-values.ts'
import { limitedTransaction, type QueryOutcome, queriesOver, type Session, type Sessions } from './sessions.ts'
import { toDatabaseError, unavailable } from './unavailable.ts'

/** PostgreSQL's own answer, as it came from the worker. */
export class SqlError extends Error {
  readonly code: string
  readonly detail: string | undefined
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined

  constructor(failure: SqlFailure) {
    super(failure.message)
    this.name = 'SqlError'
    this.code = failure.code
    this.detail = failure.detail
    this.constraint = failure.constraint
    this.table = failure.table
    this.column = failure.column
  }
}

type Unnumbered<R> = R extends Request ? Omit<R, 'id'> : never

/** The worker as a function; once it has died, every call is UNAVAILABLE. */
class Engine {
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers<Rows>>()
  #sent = 0
  #closing = false
  #dead: Error | null = null

  private constructor(worker: Worker, onFatal: (error: Error) => void) {
    this.#worker = worker
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', (error) => {
      this.#dead = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', (code) => {
      this.#dead ??= new Error(`the database's thread ended with code ${code}`)
      for (const { reject } of this.#waiting.values()) reject(unavailable(this.#dead))
      this.#waiting.clear()
      if (!this.#closing) onFatal(this.#dead)
    })
  }

  static async start(directory: string, onFatal: (error: Error) => void): Promise<Engine> {
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: { directory } })
    await once(worker, 'message')
    return new Engine(worker, onFatal)
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting?.resolve(answer.result)
    else waiting?.reject(new SqlError(answer.error))
  }

  ask(request: Unnumbered<Request>): Promise<Rows> {
    if (this.#dead || this.#closing) return Promise.reject(unavailable(this.#dead ?? new Error('the database is closed')))
    const id = ++this.#sent
    const waiting = Promise.withResolvers<Rows>()
    this.#waiting.set(id, waiting)
    this.#worker.postMessage({ id, ...request })
    return waiting.promise
  }

  async close(): Promise<void> {
    if (this.#dead) return
    const closed = this.ask({ kind: 'close' })
    this.#closing = true
    await closed
    await this.#worker.terminate()
  }
}

/** PGlite is one session; this hands it to one caller after another, in the order in which they asked. */
class TurnTaking implements Sessions {
  readonly #engine: Engine
  #last: Promise<void> = Promise.resolve()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async turn(): Promise<() => void> {
    const before = this.#last
    const mine = Promise.withResolvers<void>()
    this.#last = mine.promise
    await before
    return mine.resolve
  }

  async use<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const done = await this.turn()
    try {
      return await work(this.#engine)
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      done()
    }
  }

  async acquire(): Promise<Session> {
    const done = await this.turn()
    const engine = this.#engine
    return {
      query: (text: string, values: readonly unknown[]): Promise<QueryOutcome> =>
        engine.ask({ kind: 'query', text, values: values.map(toText) }),
      release(dirty) {
        // The worker takes requests in order: this one ends what is running before the next caller's come.
        if (dirty) engine.ask({ kind: 'query', text: 'rollback', values: [] }).catch(() => undefined)
        done()
      },
    }
  }

  async close(): Promise<void> {
    await this.use((engine) => engine.close())
  }
}

const upkeepInterval = 60_000

interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Log
  /** The database can't go on; the process had better be started anew. */
  readonly onFatal: (error: Error) => void
}

/**
 * Opens, and on first use makes, the database in `dataDir`/database.
 * @throws DataLockError when another process uses the directory
 */
export async function openPglite({ dataDir, log, onFatal }: EmbeddedOptions): Promise<Database> {
  const unlock = lockDataDirectory(dataDir)
  let engine: Engine
  try {
    engine = await Engine.start(join(dataDir, 'database'), (error) => {
      log.fatal({ err: error }, 'the embedded database has failed')
      onFatal(error)
    })
  } catch (error) {
    unlock()
    throw error
  }
  const database = databaseOver(engine)
  const upkeep = setInterval(() => {
    keepUp(database).catch((error) => log.error({ err: error }, 'unable to vacuum the embedded database'))
  }, upkeepInterval).unref()
  return {
    ...database,
    async close() {
      clearInterval(upkeep)
      await database.close()
      unlock()
    },
  }
}

function databaseOver(engine: Engine): Database {
  const sessions = new TurnTaking(engine)
  const query = queriesOver(sessions)
  return {
    kind: 'embedded',
    query,
    patient: query,
    transaction: (work) => limitedTransaction(query, work),
    statement: (name, text, values) =>
      sessions.use(async () => (await engine.ask({ kind: 'statement', name, text, values })).rows as unknown[][]),
    raw: (text, values = []) =>
      sessions.use(async () => {
        try {
          return { rows: (await engine.ask({ kind: 'query', text, values: values.map(toText) })).all }
        } catch (error) {
          // A failed script may leave a transaction open.
          if (error instanceof SqlError) await engine.ask({ kind: 'query', text: 'rollback', values: [] })
          throw error
        }
      }),
    async ping() {
      await within(
        2000,
        sessions.use(() => engine.ask({ kind: 'query', text: 'select 1', values: [] })),
      )
    },
    close: () => query.destroy(),
  }
}
