/** How far everybody has come: marks are merged in memory and written together, and only who is concerned is told. */
import { messageStatusUpdate } from '@parley/protocol/messages'
import type { Clock } from '../../core/clock.ts'
import type { Live } from '../../core/live.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Streams } from '../streams/streams.module.ts'
import {
  type Author,
  advance,
  type Mark,
  type Moved,
  type PositionRow,
  type Step,
  selectAuthors,
  selectMarked,
} from './positions.queries.ts'

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
    const steps = moved.flatMap(stepsOf)
    const authors = await selectAuthors(database.query, steps)
    for (const step of steps) {
      // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
      const roster = await streams.roster(step.chatId)
      if (roster === null || roster.members.size > toldMembers || !roster.members.has(step.userId)) continue
      tellOne(
        live,
        step,
        authors.filter((author) => isAbout(author, step) && roster.members.has(author.sender_id)),
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

function stepsOf(position: Moved): Step[] {
  const { chat_id: chatId, user_id: userId } = position
  const steps: Step[] = [
    { chatId, userId, status: 'delivered', above: position.delivered_before, upto: position.delivered_seq },
    { chatId, userId, status: 'read', above: position.read_before, upto: position.read_seq },
  ]
  return steps.filter(({ above, upto }) => upto > above)
}

const isAbout = (author: Author, { chatId, userId, status }: Step): boolean =>
  author.chat_id === chatId && author.user_id === userId && author.status === status

/** Tells the reader's own devices where they are, and each author how far the reader has come with what they wrote. */
function tellOne(live: Live, { chatId, userId, status, upto }: Step, authors: readonly Author[], at: Date): void {
  const payload = { chatId, userId, status, seq: upto, timestamp: at.toISOString() }
  live.toUsers([userId], messageStatusUpdate, { ...payload, messageId: null })
  for (const author of authors) live.toUsers([author.sender_id], messageStatusUpdate, { ...payload, messageId: author.newest_id })
}
