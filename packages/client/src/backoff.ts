/** Waiting before trying again, never all clients at once. */
import { ParleyError } from './parley-error.ts'

const firstMs = 500
const longestMs = 10_000

/** Milliseconds before attempt number `attempt` + 1, counted from 0: doubling, up to 10 s, spread at random. */
export const backoffMs = (attempt: number): number => Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + 0.5 * Math.random())

/** Milliseconds to wait after `error`: what the server asked for, never less than the backoff. */
export const waitAfter = (error: ParleyError, attempt: number): number => Math.max(backoffMs(attempt), (error.retryAfter ?? 0) * 1000)

const retries = 5
/** Who would have to wait longer is told so instead. */
const patienceMs = 60_000

/** Carries `attempt` out again after failures that may pass, up to 5 times; `tried` counts them. What it does must be safe to do twice. */
export async function withRetries<T>(attempt: (tried: number) => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt(tried)
    } catch (error) {
      if (!(error instanceof ParleyError) || !error.retryable || tried === retries) throw error
      const wait = waitAfter(error, tried)
      if (wait > patienceMs) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

export const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
