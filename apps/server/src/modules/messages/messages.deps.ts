/** What the module is given. */

import type { Clock } from '../../core/clock.ts'
import type { Broadcast } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Streams } from '../streams/streams.module.ts'
import type { Users } from '../users/users.module.ts'

export interface MessagesDeps {
  readonly database: Database
  readonly streams: Streams
  readonly users: Users
  readonly broadcast: Broadcast
  readonly clock: Clock
  readonly log: Log
  readonly settings: {
    /** How long after sending a message may be edited; 0 is forever. */
    readonly editWindowSeconds: number
  }
}
