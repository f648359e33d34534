import { streamVoid } from '@parley/protocol/streams'
import type { Live } from '../../core/live.ts'
import type { Frame, Outlet, Piece, ToLeavers } from './frames.ts'
import { type Roster, type RosterCache, readersOf } from './roster.ts'

const done = { told: Promise.resolve() }

/** The one place where the recipients of a chat's events are computed. */
export class FanOut implements Outlet {
  readonly #rosters: RosterCache
  readonly #live: Live
  readonly #cluster: { readonly writable: boolean }

  constructor({ rosters, live, cluster }: { rosters: RosterCache; live: Live; cluster: { readonly writable: boolean } }) {
    this.#rosters = rosters
    this.#live = live
    this.#cluster = cluster
  }

  /** For a process that is alone: the chat's turn keeps the order. */
  async publish(piece: Piece): Promise<typeof done> {
    await this.tell(piece, piece.from, () => piece.toLeavers)
    return done
  }

  /**
   * Writes what a piece holds above `above` to its readers here; `leavers` is asked just before. false, and nothing is
   * written, where this process may not write at present.
   */
  async tell(piece: Piece, above: number, leavers: ToLeavers): Promise<boolean> {
    const roster = await this.#rosters.get(piece.chatId, piece.access)
    // Nothing may be waited for from here on: who is removed in between would be told more (P2).
    if (!this.#cluster.writable) return false
    if (roster === null) return true
    const withLeavers = leavers(roster.access)
    for (const frame of piece.frames) if (frame.seq > above) this.#write(roster, frame, withLeavers)
    return true
  }

  #write(roster: Roster, { event, payload, seq, audience }: Frame, withLeavers: boolean): void {
    const holders = readersOf(roster, seq, seq, withLeavers)
    if (audience === undefined) {
      this.#live.toUsers(holders, event, payload)
      return
    }
    const { to, about = seq, quoting } = audience
    const readers = readersOf(roster, seq, about, withLeavers)
    if (readers.length < holders.length)
      this.#live.toUsers(without(holders, readers), streamVoid, { chatId: roster.chatId, from: seq - 1, seq })
    const wanted = to === undefined ? readers : within(readers, to)
    const full = quoting === undefined ? wanted : within(wanted, readersOf(roster, seq, quoting.seq, withLeavers))
    this.#live.toUsers(full, event, payload)
    if (quoting !== undefined && full.length < wanted.length) this.#live.toUsers(without(wanted, full), event, quoting.otherwise)
  }
}

const within = (userIds: readonly string[], wanted: readonly string[]): readonly string[] => {
  if (userIds === wanted) return userIds
  const set = new Set(wanted)
  return userIds.filter((userId) => set.has(userId))
}

const without = (userIds: readonly string[], unwanted: readonly string[]): string[] => {
  const set = new Set(unwanted)
  return userIds.filter((userId) => !set.has(userId))
}
