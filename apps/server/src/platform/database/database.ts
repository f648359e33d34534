/**
 * The database port. Both implementations speak PostgreSQL's SQL, so every query is written once.
 * Errors: a database that can't be reached, or that gives up on a lock or a time limit, throws
 * `AppError('UNAVAILABLE')`; anything else throws the driver's error with PostgreSQL's `code` on it.
 */
import { type Expression, type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Reading is possible with either; a function that writes asks for `Tx`, so it can't be called outside a transaction. */
export type Queries = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface Database {
  readonly kind: 'embedded' | 'postgres'
  readonly query: Queries
  /** For migrations and backups: without limits of time, on a connection of its own where there is more than one. */
  readonly patient: Queries
  /** Commits when `work` resolves, rolls back when it rejects. Limited to 10 s. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Runs one statement as a transaction of its own, prepared under `name` on connections kept for the write queue
   * (`lock_timeout` 500 ms, generic plans). Values are text, PostgreSQL array literals included. Rows come as arrays.
   */
  statement(name: string, text: string, values: readonly (string | null)[]): Promise<unknown[][]>
  /** Any SQL, for libraries that bring their own (pg-boss); several statements where there are no values. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  /** Resolves when the database answers, rejects with UNAVAILABLE within 2 s otherwise. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A moment as text, to the microsecond and in UTC: a Date would round it, and what is in order of it would lose its place. */
export const momentText = (time: Expression<Date>): RawBuilder<string> =>
  sql<string>`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
