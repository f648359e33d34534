import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Rates } from '../../core/rates.ts'

/** Counts for this process alone. */
export const memoryRates: Rates = {
  limiter: ({ name, points, seconds }) => new RateLimiterMemory({ keyPrefix: name, points, duration: seconds }),
  close: async () => undefined,
}
