import type { MemberRole } from '@parley/protocol/chats'
import type { Database } from '../../platform/database/database.ts'
import { type RosterRow, selectRoster } from './streams.queries.ts'

interface Window {
  readonly fromSeq: number
  /** The last number seen; null while a member. */
  readonly toSeq: number | null
}

export interface Member extends Window {
  readonly userId: string
  readonly role: MemberRole
  /** Of the times that they were here before. */
  readonly earlier: readonly Window[]
}

/** Who may read and write a chat, as of the version `access` of that. */
export interface Roster {
  readonly chatId: string
  readonly type: 'private' | 'group'
  readonly access: number
  /** Of a private chat: one of the two blocks the other, so nobody writes there (P4). */
  readonly blocked: boolean
  readonly members: ReadonlyMap<string, Member>
  /** Whoever the last change of members took out; they still hear of that. */
  readonly leavers: readonly Member[]
  /** The members' ids. */
  readonly everyone: readonly string[]
  /** The first number that all members see. */
  readonly sharedFrom: number
}

const holds = (window: Window, seq: number): boolean => window.fromSeq <= seq && (window.toSeq === null || seq <= window.toSeq)

export const sees = (member: Member, about: number): boolean =>
  holds(member, about) || member.earlier.some((window) => holds(window, about))

/**
 * The users whose present window holds `seq`, and any of whose windows holds `about`: the message that is spoken of may be
 * from before somebody joined (P1). Costs nothing where that is all the members.
 */
export function readersOf(roster: Roster, seq: number, about: number, withLeavers: boolean): readonly string[] {
  const leavers = withLeavers ? roster.leavers : []
  if (leavers.length === 0 && Math.min(seq, about) >= roster.sharedFrom) return roster.everyone
  return [...roster.members.values(), ...leavers].filter((member) => holds(member, seq) && sees(member, about)).map(({ userId }) => userId)
}

function toRoster(rows: readonly RosterRow[]): Roster | null {
  const [first] = rows
  if (first === undefined) return null
  const members = new Map<string, Member>()
  const leavers: Member[] = []
  for (const windows of Map.groupBy(rows, (row) => row.user_id).values()) {
    const member = toMember(windows)
    if (member?.toSeq === null) members.set(member.userId, member)
    else if (member !== null) leavers.push(member)
  }
  const { chat_id: chatId, type, access, blocked } = first
  const sharedFrom = Math.max(0, ...Array.from(members.values(), (member) => member.fromSeq))
  return { ...{ chatId, type, access, blocked, members, leavers }, everyone: [...members.keys()], sharedFrom }
}

/** Of one user's windows the last is the present one; null for the row of a chat that nobody is in. */
function toMember(rows: readonly RosterRow[]): Member | null {
  const [last, ...earlier] = rows.flatMap(({ user_id: userId, role, from_seq: fromSeq, to_seq: toSeq }) =>
    userId === null || role === null || fromSeq === null ? [] : [{ userId, role, fromSeq, toSeq }],
  )
  return last === undefined ? null : { ...last, earlier }
}

/** Rosters of the chats in use, least recently used first out. A cached one may be old; who relies on it compares `access`. */
export class RosterCache {
  readonly #database: Database
  readonly #capacity: number
  readonly #rosters = new Map<string, Promise<Roster | null>>()

  constructor(database: Database, capacity = 10_000) {
    this.#database = database
    this.#capacity = capacity
  }

  /** null where there's no such chat. `atLeast`: a cached roster of an older access is read again. */
  async get(chatId: string, atLeast = 0): Promise<Roster | null> {
    const cached = this.#rosters.get(chatId)
    if (cached === undefined) return this.reload(chatId)
    this.#rosters.delete(chatId)
    this.#rosters.set(chatId, cached)
    return this.#settled(chatId, cached, atLeast)
  }

  /** As `get`, but read anew where one of `userIds` isn't a member by the cached one. */
  async holding(chatId: string, userIds: readonly string[]): Promise<Roster | null> {
    const roster = await this.get(chatId)
    return roster === null || userIds.every((userId) => roster.members.has(userId)) ? roster : this.reload(chatId)
  }

  async reload(chatId: string): Promise<Roster | null> {
    const loading = selectRoster(this.#database.query, chatId).then(toRoster)
    this.#rosters.delete(chatId)
    this.#rosters.set(chatId, loading)
    loading.catch(() => this.#rosters.get(chatId) === loading && this.#rosters.delete(chatId))
    const [oldest] = this.#rosters.keys()
    if (this.#rosters.size > this.#capacity && oldest !== undefined) this.#rosters.delete(oldest)
    return this.#settled(chatId, loading, 0)
  }

  /** What is being read now doesn't count either. */
  forget(chatId: string): void {
    this.#rosters.delete(chatId)
  }

  forgetAll(): void {
    this.#rosters.clear()
  }

  /** One that was being read when the members changed is read anew by then: the later reading counts, or who was removed is told more (P2). */
  async #settled(chatId: string, reading: Promise<Roster | null>, atLeast: number): Promise<Roster | null> {
    const roster = await reading
    if (this.#rosters.get(chatId) !== reading) return this.get(chatId, atLeast)
    if (roster !== null) return roster.access >= atLeast ? roster : this.reload(chatId)
    this.#rosters.delete(chatId)
    return null
  }
}
