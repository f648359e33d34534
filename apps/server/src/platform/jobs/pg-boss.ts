import { randomUUID } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Log } from '../../core/log.ts'
import type { Database, Tx } from '../database/database.ts'
import type { Job, Jobs } from './jobs.ts'

type Run = (data: unknown) => Promise<void>

const Envelope = z.object({ data: z.unknown() })
/** Eight tries in about a quarter of an hour, in seconds. */
const retries = { retryLimit: 8, retryBackoff: true, retryDelay: 2, retryDelayMax: 300 }
const stopTimeout = 20_000

/** Lets pg-boss write within a transaction of ours. */
function through(tx: Tx) {
  return {
    executeSql: async (text: string, values: unknown[] = []) => {
      const { rows } = await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values))
      return { rows }
    },
  }
}

class PgBossJobs implements Jobs {
  readonly #boss: PgBoss
  readonly #log: Log
  readonly #runs = new Map<string, Run>()
  readonly #schedules = new Map<string, string>()

  constructor(database: Database, log: Log) {
    this.#log = log
    this.#boss = new PgBoss({
      db: { executeSql: (text, values = []) => database.raw(text, values) },
      backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
      // Nobody vacuums the embedded database but ourselves, so there is nothing to warn of.
      monitorVacuum: database.kind === 'postgres',
    })
    // Without a listener, the error of a database that is away for a moment would end the process.
    this.#boss.on('error', (error) => log.error({ err: error }, 'the job queue has a problem'))
    this.#boss.on('warning', (warning) => log.warn({ warning }, 'the job queue has a warning'))
  }

  work<D extends z.ZodType>(job: Job<D>, run: (data: z.output<D>) => Promise<void>): void {
    if (this.#runs.has(job.name)) throw new Error(`unable to register the job ${job.name}; it has a worker`)
    this.#runs.set(job.name, async (data) => run(job.data.parse(data)))
  }

  async enqueue<D extends z.ZodType>(tx: Tx, job: Job<D>, data: z.input<D>): Promise<void> {
    await this.#boss.send(job.name, { data }, { db: through(tx) })
  }

  schedule(job: Job, cron: string): void {
    this.#schedules.set(job.name, cron)
  }

  async start(): Promise<void> {
    await this.#boss.start()
    for (const [name, run] of this.#runs) {
      await this.#boss.createQueue(name, retries)
      // Fills pg-boss's cache: it would read the queue outside the transaction that enqueues, which the embedded database can't.
      await this.#boss.findJobs(name, { id: randomUUID() })
      let worker: string | null = null
      worker = await this.#boss.work(name, async ([job]) => {
        // Woken, it asks for the next job at once; else a full queue would empty at one job per poll.
        if (worker !== null) this.#boss.notifyWorker(worker)
        if (job) await this.#attempt(name, job.id, () => run(Envelope.parse(job.data).data))
      })
    }
    for (const [name, cron] of this.#schedules) await this.#boss.schedule(name, cron, { data: {} }, { tz: 'UTC' })
  }

  async #attempt(name: string, id: string, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      this.#log.error({ err: error, job: name, jobId: id }, 'a job failed; it is tried again while it has tries left')
      throw error
    }
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: stopTimeout })
  }
}

/** Jobs in pg-boss's tables, schema `pgboss` of the same database. */
export function createJobs(database: Database, log: Log): Jobs {
  return new PgBossJobs(database, log)
}
