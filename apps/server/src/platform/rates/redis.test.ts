import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import type { Rates } from '../../core/rates.ts'
import { describeRedis } from '../../testing/redis.ts'
import { ratesSuite } from './rates.suite.ts'
import { redisRates } from './redis.ts'

const log = createLog({ level: 'silent', pretty: false })

describeRedis('rates in Redis', (redis) => {
  let one: Rates
  let two: Rates
  beforeAll(() => {
    const open = () => redisRates({ url: redis().url, prefix: 'test', log })
    ;[one, two] = [open(), open()]
  })
  // Until they are connected, each would count for itself.
  beforeEach(() => together())
  afterAll(async () => {
    await one.close()
    await two.close()
  })

  let round = 0
  /** Resolves when what one counts the other knows. */
  const together = () =>
    expect
      .poll(async (): Promise<number> => {
        const rate = { name: `round ${round++}`, points: 5, seconds: 60 }
        await one.limiter(rate).consume('key')
        return (await two.limiter(rate).consume('key')).consumedPoints
      })
      .toBe(2)

  describe('as every counter', () => ratesSuite(() => one))

  test('servers count together', async () => {
    const rate = { name: 'together', points: 4, seconds: 60 }
    const limiters = [one.limiter(rate), two.limiter(rate)]
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => limiters[index % 2]?.consume('asha')))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  })

  test.each([
    ['killed', () => redis().kill(), () => redis().restart()],
    ['frozen', () => redis().freeze(), () => redis().thaw()],
  ])(
    'while Redis is %s every server limits for itself, without keeping anybody waiting, and then they count together again (D3)',
    async (name, harm, repair) => {
      const limiter = one.limiter({ name, points: 3, seconds: 60 })
      await limiter.consume('asha')
      await harm()
      const before = performance.now()
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => limiter.consume('asha')))
      expect(performance.now() - before).toBeLessThan(5000)
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ remainingPoints: 0 })
      await repair()
      await together()
    },
  )
})
