import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AppError } from '../../core/errors.ts'

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

export function limitedAttempts(): LoginAttempts {
  const failed = new RateLimiterMemory({ keyPrefix: 'login-failures', points: failures, duration: windowSeconds })
  const lastOf = new Map<string, Promise<unknown>>()

  async function limited<T>(key: string, attempt: () => Promise<T | null>): Promise<T | null> {
    const earlier = await failed.get(key)
    if (earlier !== null && earlier.consumedPoints >= failures && earlier.msBeforeNext > 0) {
      const retryAfter = Math.ceil(earlier.msBeforeNext / 1000)
      throw new AppError('RATE_LIMITED', { message: `Too many failed logins; please wait ${retryAfter} s.`, retryAfter })
    }
    const result = await attempt()
    if (result === null) await failed.penalty(key, 1)
    else await failed.delete(key)
    return result
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
