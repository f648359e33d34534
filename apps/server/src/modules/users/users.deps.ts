/** What the module is given. */
import type { Clock } from '../../core/clock.ts'
import type { Database, Queries } from '../../platform/database/database.ts'
import type { Streams } from '../streams/streams.module.ts'
import type { StatusOf } from './users.present.ts'

export interface UsersDeps {
  readonly database: Database
  readonly clock: Clock
  readonly streams: Streams
  readonly statusOf: StatusOf
  /** Tells those who watch somebody, or these of them, what they may see now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  /** The private chat of two people, if they have one. */
  privateChatOf(query: Queries, one: string, other: string): Promise<string | undefined>
}
