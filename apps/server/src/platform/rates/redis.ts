import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { Log } from '../../core/log.ts'
import type { Rates } from '../../core/rates.ts'
import { connectRedis } from '../redis/redis.ts'

interface RedisRatesOptions {
  readonly url: string
  /** In front of every key. */
  readonly prefix: string
  readonly log: Log
}

/** Counts for all processes together; while Redis is away, each counts for itself, so that limits never end. */
export function redisRates({ url, prefix, log }: RedisRatesOptions): Rates {
  const redis = connectRedis({ url, log, purpose: 'rates' })
  return {
    limiter: ({ name, points, seconds: duration }) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${prefix}:rate:${name}`,
        points,
        duration,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
      }),
    close: async () => redis.disconnect(),
  }
}
