import type { Database } from '../../platform/database/database.ts'
import { type Frame, type Piece, voidFrame } from './frames.ts'
import type { Span } from './sequencer.ts'
import { type LogEntry, selectAccess, selectEntries } from './streams.queries.ts'

/** Where in which stream. */
interface ChatSpan extends Span {
  readonly chatId: string
}

/** How whoever owns part of what streams hold tells it once more, out of how it is now. */
export interface Refill {
  /** The kinds of log entries that it knows. */
  readonly kinds: readonly string[]
  /**
   * Frames for what of its own lies in a span, at numbers within it; `entries` are those of its kinds. What is there no
   * more, or shown at another number of the span already, needs none.
   */
  frames(span: ChatSpan, entries: readonly LogEntry[]): Promise<readonly Frame[]>
}

/** A span of a chat's stream as it reads now; null where it holds what nobody knows how to tell again. */
export async function readAgain(database: Database, parts: readonly Refill[], span: ChatSpan): Promise<Piece | null> {
  const { query } = database
  const { chatId, from, to } = span
  const entries = await selectEntries(query, span)
  if (entries.some(({ kind }) => !parts.some(({ kinds }) => kinds.includes(kind)))) return null
  const each = await Promise.all(
    parts.map((part) =>
      part.frames(
        span,
        entries.filter(({ kind }) => part.kinds.includes(kind)),
      ),
    ),
  )
  // Read last: nothing that was read above may be shown to somebody who was taken out before it was written (P1).
  const access = await selectAccess(query, chatId)
  return { ...{ chatId, from, to, access }, frames: withVoids(span, each.flat()), toLeavers: false }
}

/** In order, and with a void for each run of numbers that has no frame. */
function withVoids({ chatId, from, to }: ChatSpan, frames: readonly Frame[]): Frame[] {
  const complete: Frame[] = []
  let covered = from
  for (const frame of frames.toSorted((one, other) => one.seq - other.seq)) {
    if (frame.seq > covered + 1) complete.push(voidFrame(chatId, covered, frame.seq - 1))
    complete.push(frame)
    covered = frame.seq
  }
  if (covered < to) complete.push(voidFrame(chatId, covered, to))
  return complete
}
