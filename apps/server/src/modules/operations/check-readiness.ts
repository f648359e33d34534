import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { OutputOf } from '@parley/protocol/define'
import type { ready } from '@parley/protocol/operations'
import { AppError, ensure } from '../../core/errors.ts'
import type { OperationsDeps } from './operations.deps.ts'

/** Longer than this, in milliseconds, and the process is too busy to be sent more. */
const tolerableLag = 1000

const yes = () => true
const no = () => false

/**
 * Asks everything that requests depend on, at once; UNAVAILABLE names what doesn't answer. Without the bus all is served,
 * only later to others (D3), so it's named and nothing more.
 */
export function checkReadiness({ database, bus, isClosing }: OperationsDeps): () => Promise<OutputOf<typeof ready>> {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return async () => {
    ensure(!isClosing(), 'UNAVAILABLE', { message: 'The server is closing.' })
    // What was measured since the last look, in nanoseconds.
    const eventLoopLagMs = Math.max(0, Math.round(delay.percentile(99) / 1e6) - 20)
    delay.reset()
    const [databaseUp, busUp] = await Promise.all([database, bus].map((dependency) => dependency.ping().then(yes, no)))
    const away = databaseUp ? [] : ['database']
    if (eventLoopLagMs > tolerableLag) away.push(`event loop (${eventLoopLagMs} ms behind)`)
    if (away.length > 0) throw new AppError('UNAVAILABLE', { message: `Not ready: ${away.join(', ')}.`, retryAfter: 2 })
    return { checks: { database: 'ok', bus: busUp ? 'ok' : 'down' }, eventLoopLagMs }
  }
}
