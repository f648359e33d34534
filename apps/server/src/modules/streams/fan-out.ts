import { streamVoid } from '@parley/protocol/streams'
import type { Live, Said } from '../../core/live.ts'
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
    const runs = new Runs(this.#live)
    for (const frame of piece.frames) if (frame.seq > above) say(runs, roster, frame, withLeavers)
    runs.end()
    return true
  }
}

/** What the same people are told one after the other is told at once. */
class Runs {
  readonly #live: Live
  #userIds: readonly string[] = []
  #said: Said[] = []

  constructor(live: Live) {
    this.#live = live
  }

  add(userIds: readonly string[], said: Said): void {
    if (userIds !== this.#userIds) this.end()
    this.#userIds = userIds
    this.#said.push(said)
  }

  end(): void {
    if (this.#said.length > 0) this.#live.allToUsers(this.#userIds, this.#said)
    this.#said = []
  }
}

function say(runs: Runs, roster: Roster, frame: Frame, withLeavers: boolean): void {
  const { event, seq, audience } = frame
  const holders = readersOf(roster, seq, seq, withLeavers)
  if (audience === undefined) {
    runs.add(holders, frame)
    return
  }
  const { to, about = seq, quoting } = audience
  const readers = readersOf(roster, seq, about, withLeavers)
  if (readers.length < holders.length) {
    runs.add(without(holders, readers), { event: streamVoid, payload: { chatId: roster.chatId, from: seq - 1, seq } })
  }
  const wanted = to === undefined ? readers : within(readers, to)
  const full = quoting === undefined ? wanted : within(wanted, readersOf(roster, seq, quoting.seq, withLeavers))
  runs.add(full, frame)
  if (quoting !== undefined && full.length < wanted.length) runs.add(without(wanted, full), { event, payload: quoting.otherwise })
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
