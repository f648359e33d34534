/** How far everybody has come: marks are merged in memory and written together, and only who is concerned is told. */
import { messageStatusUpdate } from '@parley/protocol/messages'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Streams } from '../streams/streams.module.ts'
import { type Author, advance, type Mark, type Moved, type PositionRow, selectAuthors, selectMarked } from './positions.queries.ts'

interface PositionsDeps {
  readonly database: Database
  readonly streams: Streams
  readonly live: Live
  readonly clock: Clock
}

export interface Positions {
  /** Resolves with where the position is, once that is written. */
  advance(mark: Mark): Promise<{ deliveredSeq: number; readSeq: number }>
  /** Writes what is still in memory. */
  flush(): Promise<unknown>
}

/** Marks are kept for this long, in milliseconds, so that a reader who scrolls costs one write. */
const flushMs = 250
/** Chats of more members keep positions to themselves; who wants to know asks. */
const toldMembers = 256

const keyOf = (chatId: string, userId: string) => `${chatId} ${userId}`

type Written = Map<string, PositionRow>

export function createPositions({ database, streams, live, clock }: PositionsDeps): Positions {
  let marks = new Map<string, Mark>()
  let writing: Promise<Written> | null = null

  const write = async (): Promise<Written> => {
    const batch = [...marks.values()]
    marks = new Map()
    writing = null
    if (batch.length === 0) return new Map()
    const at = new Date(clock.now())
    const { moved, rows } = await database.transaction(async (tx) => ({
      moved: await advance(tx, batch, at),
      rows: await selectMarked(tx, batch),
    }))
    if (moved.length > 0) await tell(moved, at)
    return new Map(rows.map((row) => [keyOf(row.chat_id, row.user_id), row]))
  }

  const tell = async (moved: readonly Moved[], at: Date) => {
    const authors = await selectAuthors(database.query, moved)
    for (const position of moved) {
      const roster = await streams.roster(position.chat_id)
      if (roster === null || roster.members.size > toldMembers) continue
      const concerned = authors.filter((author) => author.chat_id === position.chat_id && author.user_id === position.user_id)
      tellOne(
        live,
        position,
        concerned.filter((author) => roster.members.has(author.sender_id)),
        at,
      )
    }
  }

  return {
    async advance(mark) {
      const key = keyOf(mark.chatId, mark.userId)
      const earlier = marks.get(key)
      marks.set(key, {
        ...mark,
        deliveredSeq: Math.max(mark.deliveredSeq, earlier?.deliveredSeq ?? 0),
        readSeq: Math.max(mark.readSeq, earlier?.readSeq ?? 0),
      })
      writing ??= new Promise<void>((resolve) => setTimeout(resolve, flushMs)).then(write)
      const position = (await writing).get(key)
      return { deliveredSeq: position?.delivered_seq ?? 0, readSeq: position?.read_seq ?? 0 }
    },
    flush: write,
  }
}

/** Tells the reader's own devices where they are, and each author how far the reader has come with what they wrote. */
function tellOne(live: Live, position: Moved, authors: readonly Author[], at: Date): void {
  const { chat_id: chatId, user_id: userId } = position
  const statuses = [
    ...(position.delivered_seq > position.delivered_before ? [{ status: 'delivered' as const, seq: position.delivered_seq }] : []),
    ...(position.read_seq > position.read_before ? [{ status: 'read' as const, seq: position.read_seq }] : []),
  ]
  for (const { status, seq } of statuses) {
    const payload = { chatId, userId, status, seq, timestamp: at.toISOString() }
    live.toUsers([userId], messageStatusUpdate, { ...payload, messageId: null })
    for (const author of authors) live.toUsers([author.sender_id], messageStatusUpdate, { ...payload, messageId: author.newest_id })
  }
}
