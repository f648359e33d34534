/** What the module is given. */

import type { Metrics } from '../../core/metrics.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { ClientConfig } from './client-config.ts'

export interface OperationsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly outbox: Outbox
  readonly metrics: Metrics
  readonly version: string
  /** What `GET /api/config` tells clients. */
  readonly clientConfig: ClientConfig
  /** Who may read the metrics from elsewhere; null: nobody. */
  readonly metricsToken: string | null
  /** Whether the server is going down. */
  isClosing(): boolean
}
