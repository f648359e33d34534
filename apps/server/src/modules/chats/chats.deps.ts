/** What the module is given. */

import type { Clock } from '../../core/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Messages } from '../messages/messages.module.ts'
import type { Streams } from '../streams/streams.module.ts'
import type { Users } from '../users/users.module.ts'

export interface ChatsDeps {
  readonly database: Database
  readonly streams: Streams
  readonly users: Users
  readonly messages: Messages
  readonly clock: Clock
  readonly settings: {
    /** How many people a group may hold. */
    readonly groupMembers: number
  }
}
