import type { Event, PayloadOf } from '@parley/protocol/define'
import type { Live } from '../../core/live.ts'
import { type RosterCache, readersOf } from './roster.ts'

/** One event about one number of a chat's stream; nothing in it depends on who reads it. */
export interface Frame<E extends Event = Event> {
  readonly event: E
  readonly payload: PayloadOf<E>
  readonly seq: number
  readonly audience?: Audience
}

/** Narrower than everybody whose window holds the frame's own number. */
interface Audience {
  /** Only these users. */
  readonly to?: readonly string[]
  /** Only who sees this number too: the message that the frame speaks of may be from before a reader joined (P1). */
  readonly about?: number
}

export const frame = <E extends Event>(event: E, seq: number, payload: PayloadOf<E>, audience?: Audience): Frame => ({
  event,
  seq,
  payload,
  ...(audience && { audience }),
})

/** The one place where the recipients of a chat's events are computed. */
export class FanOut {
  readonly #rosters: RosterCache
  readonly #live: Live

  constructor(rosters: RosterCache, live: Live) {
    this.#rosters = rosters
    this.#live = live
  }

  /** Writes frames, in order, to the readers of a chat; `access` is the version of who may read that they follow. */
  async publish(chatId: string, access: number, frames: readonly Frame[]): Promise<void> {
    const roster = await this.#rosters.get(chatId, access)
    if (roster === null) return
    for (const { event, payload, seq, audience } of frames) {
      this.#live.toUsers(audience?.to ?? readersOf(roster, seq, audience?.about), event, payload)
    }
  }
}
