/** What the module is given. */
import type { PublicUser } from '@parley/protocol/users'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Roster } from '../streams/streams.module.ts'

export interface PresenceDeps {
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  /** Everybody in a chat; null where there's none. */
  rosterOf(chatId: string): Promise<Roster | null>
  findPublic(userIds: readonly string[]): Promise<Map<string, PublicUser>>
  seen(userId: string, at: Date): Promise<void>
}
