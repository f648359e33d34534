import type { Operation } from '@parley/protocol/define'
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../core/errors.ts'
import type { Rates } from '../core/rates.ts'

/** What the RateLimit headers say (draft-ietf-httpapi-ratelimit-headers): `limit` requests per `windowSeconds`. */
export interface RateState {
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetSeconds: number
}

export interface Limiter {
  /** Counts one request of `key` (a user, or an address where there's no session); RATE_LIMITED once there were too many. */
  consume(definition: Operation, key: string, report?: (state: RateState) => void): Promise<void>
}

export const noLimits: Limiter = { consume: async () => {} }

export function limiterOver(rates: Rates): Limiter {
  const limiters = new Map<string, RateLimiterAbstract>()

  const limiterFor = ({ name, rate }: Operation) => {
    let limiter = limiters.get(name)
    if (limiter === undefined) {
      limiter = rates.limiter({ name, ...rate })
      limiters.set(name, limiter)
    }
    return limiter
  }

  return {
    async consume(definition, key, report) {
      const describe = (result: RateLimiterRes): RateState => ({
        limit: definition.rate.points,
        windowSeconds: definition.rate.seconds,
        remaining: Math.max(0, result.remainingPoints),
        resetSeconds: Math.ceil(result.msBeforeNext / 1000),
      })
      try {
        const result = await limiterFor(definition).consume(key)
        report?.(describe(result))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const state = describe(refusal)
        report?.(state)
        throw new AppError('RATE_LIMITED', {
          message: `Too many requests; please wait ${state.resetSeconds} s.`,
          retryAfter: state.resetSeconds,
        })
      }
    },
  }
}
