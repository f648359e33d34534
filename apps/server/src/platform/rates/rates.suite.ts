import { expect, test } from 'vitest'
import type { Rates } from '../../core/rates.ts'

const key = (name: string) => `${name} ${Math.random()}`

/** What every way of counting must do. */
export function ratesSuite(rates: () => Rates): void {
  test('a key has so many points, and is told when there are more', async () => {
    const limiter = rates().limiter({ name: 'suite', points: 3, seconds: 60 })
    const asha = key('asha')
    for (let left = 2; left >= 0; left--) expect(await limiter.consume(asha)).toMatchObject({ remainingPoints: left })
    const refused = await limiter.consume(asha).catch((refusal: unknown) => refusal)
    expect(refused).toMatchObject({ remainingPoints: 0 })
    expect((refused as { msBeforeNext: number }).msBeforeNext).toBeGreaterThan(50_000)
    expect(await limiter.consume(key('ben'))).toMatchObject({ remainingPoints: 2 })
  })

  test('what is given back or cleared counts no longer, and names are counted apart', async () => {
    const [one, other] = ['one', 'other'].map((name) => rates().limiter({ name, points: 2, seconds: 60 }))
    const asha = key('asha')
    await one?.consume(asha)
    await one?.reward(asha)
    expect(await one?.consume(asha)).toMatchObject({ remainingPoints: 1 })
    await one?.delete(asha)
    expect(await one?.consume(asha)).toMatchObject({ remainingPoints: 1 })
    expect(await other?.consume(asha)).toMatchObject({ remainingPoints: 1 })
  })
}
