/** What the module is given. */
import type { PublicUser } from '@parley/protocol/users'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Roster } from '../streams/streams.module.ts'
import type { Sight } from '../users/users.module.ts'

export interface PresenceDeps {
  readonly live: Live
  readonly bus: Bus
  readonly cluster: Cluster
  readonly clock: Clock
  readonly log: Log
  /** Everybody in a chat; null where there's none. */
  rosterOf(chatId: string): Promise<Roster | null>
  /** The others of somebody's private chats, the latest active first. */
  partnersOf(userId: string, limit: number): Promise<string[]>
  findPublic(userIds: readonly string[]): Promise<Map<string, PublicUser>>
  /** As one person may see them. */
  findFor(viewerId: string, userIds: readonly string[]): Promise<Map<string, PublicUser>>
  /** What each of these viewers may see of a person; those who may see nothing are left out. */
  sightOf(userId: string, viewerIds: readonly string[]): Promise<ReadonlyMap<string, Sight>>
  seen(userId: string, at: Date): Promise<void>
}
