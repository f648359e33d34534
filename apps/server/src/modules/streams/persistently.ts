import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'

/** For so long, in milliseconds, it's tried again; whoever waits for it in a chat couldn't do anything without the database either. */
const patienceMs = 15_000
const pauseMs = 250

/**
 * What must happen after a commit though the database went away just then. `work` does nothing where it rejects. What
 * doesn't pass by itself is thrown at once, so that it holds nobody up.
 */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof AppError && error.code === 'UNAVAILABLE'
      if (!passes || performance.now() >= deadline) throw error
    }
    await pause(pauseMs)
  }
}
