/** What both databases offer to Kysely: sessions, each used by one caller at a time. */
import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import { within } from '../../core/within.ts'
import type { Queries, Tx } from './database.ts'
import type { Tables } from './tables.ts'
import { toDatabaseError, unavailable } from './unavailable.ts'

export interface QueryOutcome {
  /** SELECT, INSERT, COMMIT … */
  readonly command: string
  /** Rows returned or changed. */
  readonly count: number
  readonly rows: unknown[]
}

export interface Session {
  /** Without values, `text` may hold several statements; the outcome is that of the last. */
  query(text: string, values: readonly unknown[]): Promise<QueryOutcome>
  /** Gives the session back. One that may be in the middle of something is `dirty`, and not used again as it is. */
  release(dirty: boolean): void
}

export interface Sessions {
  acquire(): Promise<Session>
  close(): Promise<void>
}

const transactionLimit = 10_000
const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** A session while it's lent to Kysely. Dead after its release, so that a straggler can't write into somebody else's transaction. */
class SessionConnection implements DatabaseConnection {
  readonly #session: Session
  #running = 0
  #dirty = false
  #released = false

  constructor(session: Session) {
    this.#session = session
  }

  async run(text: string, values: readonly unknown[] = []): Promise<QueryOutcome> {
    if (this.#released) throw unavailable(new Error('the transaction is over'))
    this.#running++
    try {
      return await this.#session.query(text, values)
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      this.#running--
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { command, count, rows } = await this.run(query.sql, query.parameters)
    return changing.has(command) ? { numAffectedRows: BigInt(count), rows: rows as R[] } : { rows: rows as R[] }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('unable to stream a query; page through it instead')
  }

  /** Never rejects: what led to the rollback is what the caller must hear of. */
  async rollback(): Promise<void> {
    if (this.#running > 0) {
      this.#dirty = true
      return
    }
    try {
      await this.run('rollback')
    } catch {
      this.#dirty = true
    }
  }

  release(): void {
    this.#released = true
    this.#session.release(this.#dirty || this.#running > 0)
  }
}

class SessionDriver implements Driver {
  readonly #sessions: Sessions

  constructor(sessions: Sessions) {
    this.#sessions = sessions
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SessionConnection> {
    try {
      return new SessionConnection(await this.#sessions.acquire())
    } catch (error) {
      throw toDatabaseError(error)
    }
  }

  async beginTransaction(connection: SessionConnection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    await connection.run(
      `start transaction${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${accessMode ? ` ${accessMode}` : ''}`,
    )
  }

  /** PostgreSQL answers the commit of a failed transaction with a rollback, without an error. */
  async commitTransaction(connection: SessionConnection): Promise<void> {
    const { command } = await connection.run('commit')
    if (command === 'ROLLBACK') throw new AbortedTransactionError()
  }

  async rollbackTransaction(connection: SessionConnection): Promise<void> {
    await connection.rollback()
  }

  async releaseConnection(connection: SessionConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#sessions.close()
  }
}

export function queriesOver(sessions: Sessions): Queries {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new SessionDriver(sessions),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
  return new Kysely<Tables>({ dialect })
}

/** Rolls back after 10 s, whatever `work` is waiting for. */
export async function limitedTransaction<T>(query: Queries, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await query.transaction().execute((tx) => within(transactionLimit, work(tx)))
}
