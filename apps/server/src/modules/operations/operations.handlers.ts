import * as contract from '@parley/protocol/operations'
import { type Binding, implement } from '../../core/call.ts'
import { checkReadiness } from './check-readiness.ts'
import type { OperationsDeps } from './operations.deps.ts'
import { readMetrics } from './read-metrics.ts'
import { showOutbox } from './show-outbox.ts'

export function operationsHandlers(deps: OperationsDeps): Binding[] {
  const ready = checkReadiness(deps)
  return implement(contract, {
    health: async () => ({
      message: 'Parley is running',
      timestamp: new Date().toISOString(),
      version: deps.version,
      uptime: process.uptime(),
    }),
    live: async () => ({}),
    ready,
    metrics: (call) => readMetrics(call, deps),
    getConfig: async () => ({ config: deps.clientConfig }),
    devOutbox: (call) => showOutbox(call, deps),
  })
}
