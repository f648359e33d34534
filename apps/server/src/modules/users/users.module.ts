/** People: their profiles, how they are found, and how they are shown to others. */
import type { OwnUser, PublicUser } from '@parley/protocol/users'
import type { Binding } from '../../core/call.ts'
import type { Queries, Tx } from '../../platform/database/database.ts'
import { createUser, type Registration } from './create-user.ts'
import type { UsersDeps } from './users.deps.ts'
import { createHandlers } from './users.handlers.ts'
import { presentOwn, presentPublic } from './users.present.ts'
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

export type { LoginName } from './users.queries.ts'

export interface Users {
  readonly bindings: Binding[]
  /** As others see them; ids of nobody are left out. Inside a transaction, hand in its `tx`. */
  findPublic(userIds: readonly string[], query?: Queries): Promise<Map<string, PublicUser>>
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
    async findPublic(userIds, query = database.query) {
      if (userIds.length === 0) return new Map()
      const rows = await findUsers(query, userIds)
      return new Map(rows.map((row) => [row.id, presentPublic(row, statusOf)]))
    },
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
