import type { RateLimiterAbstract } from 'rate-limiter-flexible'

interface Rate {
  /** Tells what is counted apart from everything else that is. */
  readonly name: string
  readonly points: number
  readonly seconds: number
}

/** Counts how often somebody did something. */
export interface Rates {
  /** Always answers soon; counts for this process alone where no more can be done. */
  limiter(rate: Rate): RateLimiterAbstract
  close(): Promise<void>
}
