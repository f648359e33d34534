/** The time, in milliseconds since 1970 UTC; handed in wherever time decides something, so that tests can move it. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
