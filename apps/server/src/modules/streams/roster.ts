import type { MemberRole } from '@parley/protocol/chats'
import type { Database } from '../../platform/database/database.ts'
import { type RosterRow, selectRoster } from './streams.queries.ts'

interface Window {
  readonly userId: string
  readonly role: MemberRole
  readonly fromSeq: number
  /** The last number seen; null while a member. */
  readonly toSeq: number | null
}

/**
 * Who may read and write a chat, as of `membersSeq`: everybody who is a member now, and whoever the last change of
 * members removed, so that they still hear of it.
 */
export interface Roster {
  readonly chatId: string
  readonly type: 'private' | 'group'
  readonly membersSeq: number
  readonly windows: readonly Window[]
  readonly members: ReadonlyMap<string, Window>
}

const holds = (window: Window, seq: number): boolean => window.fromSeq <= seq && (window.toSeq === null || seq <= window.toSeq)

/** The users whose windows hold both numbers. */
export const readersOf = (roster: Roster, seq: number, about = seq): string[] =>
  roster.windows.filter((window) => holds(window, seq) && holds(window, about)).map((window) => window.userId)

function toRoster(rows: readonly RosterRow[]): Roster | null {
  const [first] = rows
  if (first === undefined) return null
  const windows = rows.flatMap(({ user_id, role, from_seq, to_seq }): Window[] =>
    user_id === null || role === null || from_seq === null ? [] : [{ userId: user_id, role, fromSeq: from_seq, toSeq: to_seq }],
  )
  const members = new Map(windows.filter((window) => window.toSeq === null).map((window) => [window.userId, window]))
  return { chatId: first.chat_id, type: first.type, membersSeq: first.members_seq, windows, members }
}

/** Rosters of the chats in use, least recently used first out. A cached one may be old; who relies on it compares `membersSeq`. */
export class RosterCache {
  readonly #database: Database
  readonly #capacity: number
  readonly #rosters = new Map<string, Promise<Roster | null>>()

  constructor(database: Database, capacity = 10_000) {
    this.#database = database
    this.#capacity = capacity
  }

  /** null where there's no such chat. `atLeast`: a cached roster older than this is read again. */
  async get(chatId: string, atLeast = 0): Promise<Roster | null> {
    const cached = this.#rosters.get(chatId)
    if (cached === undefined) return this.reload(chatId)
    this.#rosters.delete(chatId)
    this.#rosters.set(chatId, cached)
    const roster = await cached
    // One that was being read when the members changed is read anew by then: the later reading counts, or who was removed is told more (P2).
    const later = this.#rosters.get(chatId)
    if (later !== undefined && later !== cached) return this.get(chatId, atLeast)
    return roster !== null && roster.membersSeq >= atLeast ? roster : this.reload(chatId)
  }

  reload(chatId: string): Promise<Roster | null> {
    const loading = selectRoster(this.#database.query, chatId).then(toRoster)
    this.#rosters.delete(chatId)
    this.#rosters.set(chatId, loading)
    const forget = () => {
      if (this.#rosters.get(chatId) === loading) this.#rosters.delete(chatId)
    }
    loading.then((roster) => roster === null && forget(), forget)
    const [oldest] = this.#rosters.keys()
    if (this.#rosters.size > this.#capacity && oldest !== undefined) this.#rosters.delete(oldest)
    return loading
  }
}
