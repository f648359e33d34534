import { streamVoid } from '@parley/protocol/streams'
import type { Live } from '../../core/live.ts'
import type { Audience, Frame, Outlet, Piece } from './frames.ts'
import { type Roster, type RosterCache, readersOf } from './roster.ts'

const noAudience: Audience = {}
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
   * Writes what a piece holds above `above` to its readers here. `leavers` is asked just before: whether those taken out
   * hear of it too. false, and nothing is written, where this process may not write at present.
   */
  async tell(piece: Piece, above: number, leavers: () => boolean): Promise<boolean> {
    const roster = await this.#rosters.get(piece.chatId, piece.access)
    // Nothing may be waited for from here on: who is removed in between would be told more (P2).
    if (!this.#cluster.writable) return false
    if (roster === null) return true
    const withLeavers = leavers()
    for (const frame of piece.frames) if (frame.seq > above) this.#write(roster, frame, withLeavers)
    return true
  }

  #write(roster: Roster, { event, payload, seq, audience = noAudience }: Frame, withLeavers: boolean): void {
    const { to, about, otherwise } = audience
    const holders = readersOf(roster, seq, seq, withLeavers)
    if (to !== undefined || about === undefined) {
      this.#live.toUsers(to === undefined ? holders : within(holders, to), event, payload)
      return
    }
    const readers = readersOf(roster, seq, about, withLeavers)
    this.#live.toUsers(readers, event, payload)
    if (readers.length === holders.length) return
    const others = without(holders, readers)
    if (otherwise !== undefined) this.#live.toUsers(others, event, otherwise)
    else this.#live.toUsers(others, streamVoid, { chatId: roster.chatId, from: seq - 1, seq })
  }
}

const within = (userIds: readonly string[], wanted: readonly string[]): string[] => {
  const set = new Set(wanted)
  return userIds.filter((userId) => set.has(userId))
}

const without = (userIds: readonly string[], unwanted: readonly string[]): string[] => {
  const set = new Set(unwanted)
  return userIds.filter((userId) => !set.has(userId))
}
