import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createLog } from '../../core/log.ts'
import type { Database } from '../database/database.ts'
import type { Jobs } from './jobs.ts'

export interface Logged {
  readonly level: number
  readonly msg: string
  readonly job?: string
}

/** A log that can be read, and waited for. */
export function readableLog() {
  const lines: Logged[] = []
  const waiting = new Set<() => void>()
  const log = createLog({
    level: 'info',
    pretty: false,
    destination: {
      write(line) {
        lines.push(JSON.parse(line))
        for (const look of waiting) look()
      },
    },
  })
  const line = (fits: (logged: Logged) => boolean) =>
    new Promise<Logged>((resolve) => {
      const look = () => {
        const found = lines.find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { log, lines, line }
}

const greeting = { name: 'greeting', data: z.object({ to: z.string().min(1), times: z.number().default(1) }) }
const flaky = { name: 'flaky', data: z.string() }
const slow = { name: 'slow', data: z.string() }

/** What every implementation of jobs must do. `open` gives a migrated database with a job queue on it. */
export function jobsSuite(open: () => Promise<{ database: Database; create(log: ReturnType<typeof readableLog>['log']): Jobs }>): void {
  describe('jobs', () => {
    const { log, line } = readableLog()
    const started = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    let database: Database
    let jobs: Jobs
    let attempts = 0
    let finished = false
    const heard = new Map<string, (value: unknown) => void>()
    const hears = (name: string) => new Promise<unknown>((resolve) => heard.set(name, resolve))

    beforeAll(async () => {
      const opened = await open()
      database = opened.database
      jobs = opened.create(log)
      jobs.work(greeting, async (data) => heard.get(data.to)?.(data))
      jobs.work(flaky, async (data) => {
        attempts++
        if (attempts === 1) throw new Error('the first attempt fails')
        heard.get(data)?.(attempts)
      })
      jobs.work(slow, async () => {
        started.resolve()
        await finish.promise
        finished = true
      })
      await jobs.start()
    })
    afterAll(() => database.close())

    test('run once their transaction has committed, with their data as the schema gives it', async () => {
      const hello = hears('Ada')
      await database.transaction((tx) => jobs.enqueue(tx, greeting, { to: 'Ada' }))
      expect(await hello).toEqual({ to: 'Ada', times: 1 })
    })

    test('do not exist after a rollback', async () => {
      const count = async () => (await database.raw("select count(*) as n from pgboss.job where data->'data'->>'to' = 'Nobody'")).rows[0]
      const rolledBack = database.transaction(async (tx) => {
        await jobs.enqueue(tx, greeting, { to: 'Nobody' })
        throw new Error('rolled back')
      })
      await expect(rolledBack).rejects.toThrow('rolled back')
      expect(await count()).toEqual({ n: 0 })
    })

    test('that fail are logged and tried again', async () => {
      const again = hears('flaky')
      await database.transaction((tx) => jobs.enqueue(tx, flaky, 'flaky'))
      expect(await again).toBe(2)
      expect(await line((logged) => logged.job === 'flaky')).toMatchObject({ level: 50, msg: expect.stringContaining('a job failed') })
    })

    test('whose data does not fit their schema fail instead of running', async () => {
      await database.transaction((tx) => jobs.enqueue(tx, greeting, { to: '' }))
      expect(await line((logged) => logged.job === 'greeting')).toMatchObject({ level: 50 })
    })

    test('that are running are waited for when stopping', async () => {
      await database.transaction((tx) => jobs.enqueue(tx, slow, 'x'))
      await started.promise
      const stopped = jobs.stop()
      finish.resolve()
      await stopped
      expect(finished).toBe(true)
    })
  })
}
