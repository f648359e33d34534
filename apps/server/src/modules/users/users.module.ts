/** People: their profiles, how they are found, and how they are shown to others. */
import type { OwnUser, PublicUser } from '@parley/protocol/users'
import type { Binding } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import type { Database, Queries, Tx } from '../../platform/database/database.ts'
import { type OwnReaders, personByPerson } from '../streams/streams.module.ts'
import { lockPair, selectBlockedAmong, selectBlockersAmong } from './blocks.queries.ts'
import { createUser, type Registration } from './create-user.ts'
import type { Sight } from './sights.queries.ts'
import { presentTo, sightOf } from './sights.ts'
import type { UsersDeps } from './users.deps.ts'
import { createHandlers } from './users.handlers.ts'
import { presentOwn, presentPublic, presentSettings } from './users.present.ts'
import {
  type Credentials,
  findCredentials,
  findPasswordHash,
  findUser,
  findUsers,
  holdPassword,
  isTaken,
  type LoginName,
  replacePasswordHash,
  updateLastSeen,
} from './users.queries.ts'

export type { Sight } from './sights.queries.ts'
export type { LoginName } from './users.queries.ts'

export interface Users {
  readonly bindings: Binding[]
  /** How what is here for one person alone reads in their own stream. */
  readonly ownReaders: Pick<OwnReaders, 'block' | 'settings'>
  /** As everybody sees them, without presence; ids of nobody are left out. Inside a transaction, hand in its `tx`. */
  findPublic(userIds: readonly string[], query?: Queries): Promise<Map<string, PublicUser>>
  /** The same as one person may see them. */
  findFor(viewerId: string, userIds: readonly string[], query?: Queries): Promise<Map<string, PublicUser>>
  /** What each of these viewers may see of a person; those who may see nothing are left out. */
  sightOf(userId: string, viewerIds: readonly string[]): Promise<ReadonlyMap<string, Sight>>
  /** Refuses with NOT_REACHABLE where one of the two blocks the other; if not, none does before `tx` ends. */
  ensureReachable(tx: Tx, one: string, other: string): Promise<void>
  /** Of these people, those who block `blockedId`. */
  blockersOf(tx: Tx, blockedId: string, userIds: readonly string[]): Promise<Set<string>>
  own(userId: string): Promise<OwnUser | null>
  /** Remembers when somebody was last there. */
  seen(userId: string, at: Date): Promise<void>
  isTaken(name: { readonly email: string } | { readonly username: string }): Promise<boolean>
  /** Throws EMAIL_TAKEN or USERNAME_TAKEN, also where somebody else was faster. */
  create(tx: Tx, registration: Registration): Promise<{ readonly id: string; readonly username: string }>
  credentials(name: LoginName): Promise<Credentials | null>
  passwordHash(userId: string): Promise<string | null>
  /** Whether the password is still this one; if so, it stays so until `tx` ends. */
  holdPassword(tx: Tx, userId: string, passwordHash: string): Promise<boolean>
  /** False where the password wasn't `from` any more. */
  replacePasswordHash(tx: Tx, userId: string, from: string, to: string): Promise<boolean>
}

export function createUsers(deps: UsersDeps): Users {
  const { database, clock, statusOf } = deps
  return {
    bindings: createHandlers(deps),
    ownReaders: ownReaders(database),
    async findPublic(userIds, query = database.query) {
      if (userIds.length === 0) return new Map()
      const rows = await findUsers(query, userIds)
      return new Map(rows.map((row) => [row.id, presentPublic(row)]))
    },
    async findFor(viewerId, userIds, query = database.query) {
      const rows = userIds.length === 0 ? [] : await findUsers(query, userIds)
      return new Map((await presentTo(viewerId, rows, query, deps)).map((user) => [user.id, user]))
    },
    sightOf: (userId, viewerIds) => sightOf(database.query, userId, viewerIds),
    async ensureReachable(tx, one, other) {
      await lockPair(tx, one, other)
      const blocked = [await selectBlockedAmong(tx, one, [other]), await selectBlockedAmong(tx, other, [one])]
      ensure(
        blocked.every(({ size }) => size === 0),
        'NOT_REACHABLE',
      )
    },
    blockersOf: selectBlockersAmong,
    async own(userId) {
      const row = await findUser(database.query, userId)
      return row === undefined ? null : presentOwn(row, statusOf)
    },
    seen: (userId, at) => database.transaction((tx) => updateLastSeen(tx, userId, at)),
    isTaken: (name) => isTaken(database.query, name),
    create: (tx, registration) => createUser(tx, registration, clock),
    credentials: async (name) => (await findCredentials(database.query, name)) ?? null,
    passwordHash: (userId) => findPasswordHash(database.query, userId),
    holdPassword,
    replacePasswordHash,
  }
}

const ownReaders = ({ query }: Database): Users['ownReaders'] => ({
  block: personByPerson(async (userId, otherIds) => {
    const blocked = await selectBlockedAmong(query, userId, otherIds)
    return new Map(otherIds.map((otherId) => [otherId, { userId: otherId, blocked: blocked.has(otherId) }]))
  }),
  settings: async (targets) => {
    const rows = new Map((await findUsers(query, [...new Set(targets.map(({ userId }) => userId))])).map((row) => [row.id, row]))
    return targets.map(({ userId }) => {
      const row = rows.get(userId)
      return row === undefined ? null : { settings: presentSettings(row) }
    })
  },
})
