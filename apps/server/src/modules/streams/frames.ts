import type { Event, PayloadOf } from '@parley/protocol/define'
import { streamVoid } from '@parley/protocol/streams'

/** One event about one number of a chat's stream; nothing in it depends on who reads it. */
export interface Frame<E extends Event = Event> {
  readonly event: E
  readonly payload: PayloadOf<E>
  readonly seq: number
  readonly audience?: Audience<E>
  /** The version of who may read, as of when that was read which the payload shows of other numbers; else that of its piece will do. */
  readonly access?: number
}

/** Narrower than everybody whose window holds the frame's own number. */
interface Audience<E extends Event = Event> {
  /** Only these of them. */
  readonly to?: readonly string[]
  /** Only who sees this number too: the message that the frame speaks of may be from before a reader joined (P1). To the others its number holds nothing. */
  readonly about?: number
  /** The payload tells what was said under another number, which not all of them see either: they get `otherwise`. */
  readonly quoting?: { readonly seq: number; readonly otherwise: PayloadOf<E> }
}

export const frame = <E extends Event>(event: E, seq: number, payload: PayloadOf<E>, audience?: Audience<E>, access?: number): Frame => ({
  event,
  seq,
  payload,
  ...(audience && { audience }),
  ...(access !== undefined && { access }),
})

/** Says that the numbers above `from` up to `seq` hold nothing. */
export const voidFrame = (chatId: string, from: number, seq: number): Frame => frame(streamVoid, seq, { chatId, from, seq })

/** What one commit added to a chat's stream, or what was read of it again: the numbers above `from` up to `to`. */
export interface Piece {
  readonly chatId: string
  readonly from: number
  readonly to: number
  /** The version of who may read that it follows: it's shown to nobody by an older roster. */
  readonly access: number
  readonly frames: readonly Frame[]
  /** Whom this very piece takes out hears of it as well. */
  readonly toLeavers: boolean
}

/** Whether those hear of a piece whom it takes out; `access` is that of the roster by which it is told. */
export type ToLeavers = (access: number) => boolean

/** Where what is committed goes on to the sockets. */
export interface Outlet {
  /**
   * Resolves when the next piece of the chat may follow. `told` resolves when the sockets of this process have it, or
   * won't have it from here.
   */
  publish(piece: Piece): Promise<{ readonly told: Promise<void> }>
}
