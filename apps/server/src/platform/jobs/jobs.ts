/** Work that must happen, but later: retried with backoff, enqueued in the transaction that causes it. */
import type { z } from 'zod'
import type { Tx } from '../database/database.ts'

export interface Job<Data extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly data: Data
}

export interface Jobs {
  /** Registers what does the work. `run` is called at least once per job, so it must be idempotent. */
  work<D extends z.ZodType>(job: Job<D>, run: (data: z.output<D>) => Promise<void>): void
  /** Nothing is enqueued unless `tx` commits. */
  enqueue<D extends z.ZodType>(tx: Tx, job: Job<D>, data: z.input<D>): Promise<void>
  /** Runs a job on a schedule (cron, UTC), once in the whole installation. */
  schedule(job: Job, cron: string): void
  start(): Promise<void>
  stop(): Promise<void>
}
