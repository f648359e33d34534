/** What the module is given. */
import type { Clock } from '../../core/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { StatusOf } from './users.present.ts'

export interface UsersDeps {
  readonly database: Database
  readonly clock: Clock
  readonly statusOf: StatusOf
}
