import { RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../../core/errors.ts'
import type { Rates } from '../../core/rates.ts'

const failures = 5
const windowSeconds = 15 * 60

export interface LoginAttempts {
  /**
   * Runs one attempt under `key`, unless too many have failed lately. `attempt` resolves to null where it fails.
   * Attempts of one key run one after the other: run at once, all would pass before the first has failed.
   * @throws AppError RATE_LIMITED
   */
  attempt<T>(key: string, attempt: () => Promise<T | null>): Promise<T | null>
}

export const unlimitedAttempts: LoginAttempts = { attempt: (_key, attempt) => attempt() }

export function limitedAttempts(rates: Rates): LoginAttempts {
  const failed = rates.limiter({ name: 'login-failures', points: failures, seconds: windowSeconds })
  const lastOf = new Map<string, Promise<unknown>>()

  /** Counted as failed before it is tried, and taken back: so attempts through several servers at once are no more than through one. */
  async function limited<T>(key: string, attempt: () => Promise<T | null>): Promise<T | null> {
    try {
      await failed.consume(key)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      const retryAfter = Math.ceil(refusal.msBeforeNext / 1000)
      throw new AppError('RATE_LIMITED', { message: `Too many failed logins; please wait ${retryAfter} s.`, retryAfter })
    }
    try {
      const result = await attempt()
      if (result !== null) await failed.delete(key)
      return result
    } catch (error) {
      await failed.reward(key)
      throw error
    }
  }

  return {
    attempt(key, attempt) {
      const previous = lastOf.get(key) ?? Promise.resolve()
      const mine = previous.then(
        () => limited(key, attempt),
        () => limited(key, attempt),
      )
      lastOf.set(key, mine)
      const leave = () => {
        if (lastOf.get(key) === mine) lastOf.delete(key)
      }
      mine.then(leave, leave)
      return mine
    },
  }
}
