/** How far everybody has come: marks are merged in memory and written together, and only who is concerned is told. */
import { messageStatusUpdate } from '@parley/protocol/messages'
import type { Broadcast } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Database } from '../../platform/database/database.ts'
import type { OwnReaders, Streams } from '../streams/streams.module.ts'
import { authorsOf } from './authors.ts'
import { advance, type Mark, type Moved, type PositionRow, type Step, selectMarked, selectStandings } from './positions.queries.ts'

interface PositionsDeps {
  readonly database: Database
  readonly streams: Streams
  readonly broadcast: Broadcast
  readonly log: Log
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

export function createPositions({ database, streams, broadcast, log }: PositionsDeps): Positions {
  let marks = new Map<string, Mark>()
  let writing: Promise<Written> | null = null

  const write = async (): Promise<Written> => {
    const batch = [...marks.values()]
    marks = new Map()
    writing = null
    if (batch.length === 0) return new Map()
    const { moved, own, rows } = await database.transaction(async (tx) => {
      const moved = await advance(tx, batch)
      const rows = await selectMarked(tx, batch)
      const changes = moved.map((position) => ({ userId: position.user_id, kind: 'position' as const, targetId: position.chat_id }))
      return { moved, rows, own: await streams.appendOwn(tx, changes) }
    })
    await Promise.all([streams.tellOwn(own), tell(moved)])
    return new Map(rows.map((row) => [keyOf(row.chat_id, row.user_id), row]))
  }

  /** What is written is answered as such, also where it can't be told now: devices learn it when they next ask. */
  const tell = async (moved: readonly Moved[]) => {
    try {
      const steps = moved.flatMap(stepsOf)
      if (steps.length === 0) return
      const authors = await authorsOf(database.query, steps)
      for (const step of steps) await tellStep(step, authors)
    } catch (error) {
      log.error({ err: error }, 'unable to tell how far people have come')
    }
  }

  const tellStep = async (step: Step, authors: Awaited<ReturnType<typeof authorsOf>>) => {
    // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
    const roster = await streams.roster(step.chatId)
    const reader = roster?.members.get(step.userId)
    if (roster === null || reader === undefined || roster.members.size > toldMembers) return
    // Of two who don't write to each other any more, neither is told what the other reads (P4).
    const told = roster.blocked ? [] : authors(step, reader).filter(({ senderId }) => roster.members.has(senderId))
    tellOne(broadcast, step, told)
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
    { chatId, userId, at: position.at, status: 'delivered', above: position.delivered_before, upto: position.delivered_seq },
    { chatId, userId, at: position.at, status: 'read', above: position.read_before, upto: position.read_seq },
  ]
  return steps.filter(({ above, upto }) => upto > above)
}

/** Tells the reader's own devices where they are, and each author how far the reader has come with what they wrote. */
function tellOne(
  broadcast: Broadcast,
  { chatId, userId, status, upto, at }: Step,
  authors: readonly { senderId: string; messageId: string }[],
): void {
  const payload = { chatId, userId, status, seq: upto, timestamp: at.toISOString() }
  broadcast.toUsers({ chatId, userIds: [userId] }, messageStatusUpdate, { ...payload, messageId: null })
  for (const { senderId, messageId } of authors) {
    broadcast.toUsers({ chatId, userIds: [senderId] }, messageStatusUpdate, { ...payload, messageId })
  }
}

/** How somebody's own positions read in their own stream. */
export const positionReader =
  (database: Database): OwnReaders['position'] =>
  async (targets) => {
    const rows = await selectStandings(
      database.query,
      targets.map(({ userId, targetId }) => ({ userId, chatId: targetId })),
    )
    const standings = new Map(rows.map((row) => [keyOf(row.chat_id, row.user_id), row]))
    return targets.map(({ userId, targetId }) => {
      const standing = standings.get(keyOf(targetId, userId))
      if (standing === undefined) return null
      const { chat_id: chatId, delivered_seq: deliveredSeq, read_seq: readSeq, unread: unreadCount } = standing
      return { chatId, deliveredSeq, readSeq, unreadCount }
    })
  }
