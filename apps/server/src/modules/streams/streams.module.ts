/** The door of the streams: who is in a chat, sends, and changes, each with its place in the chat's one sequence. */
import { AppError, ensure } from '../../core/errors.ts'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { type Change, type Changed, changeChat, createChat } from './change.ts'
import { ChatTurns } from './chat-turns.ts'
import type { Draft, Outcome } from './draft.ts'
import { FanOut } from './fan-out.ts'
import type { Frame, Outlet } from './frames.ts'
import { type Roster, RosterCache } from './roster.ts'
import { selectLastSeq } from './streams.queries.ts'
import { appendToOwn, type OwnChange, type OwnEntry } from './user-log.queries.ts'
import { type OwnReaders, tellOwn } from './user-log.ts'
import { type Stored, WriteQueue } from './write-queue.ts'

export type { Change, Changed } from './change.ts'
export type { Draft } from './draft.ts'
export { type Frame, frame } from './frames.ts'
export type { Roster } from './roster.ts'
export { createSync } from './sync.ts'
export type { OwnEntry } from './user-log.queries.ts'
export { type OwnReaders, personByPerson } from './user-log.ts'
export type { Heads, HeadsWanted } from './user-sync.ts'
export type { Stored } from './write-queue.ts'

export type Send = (chatId: string, draftFor: (roster: Roster) => Draft) => Promise<Exclude<Outcome, { kind: 'stale' | 'failed' }>>

export interface Streams {
  /** How far the stream of a chat that somebody is in has come, or CHAT_NOT_FOUND. */
  lastSeq(viewerId: string, chatId: string): Promise<number>
  /** Everybody in a chat; null where there's no such chat. May be a moment old: a send is checked again as it commits. */
  roster(chatId: string): Promise<Roster | null>
  /**
   * Opens the write queue for whoever owns messages; `framesOf` says what members are told. The returned `send` asks
   * `draftFor` with the roster, which throws where the sender may not write, and asks anew whenever the roster changed
   * before the commit.
   */
  acceptSends(framesOf: (stored: readonly Stored[]) => Promise<Frame[]>): Send
  change<T>(chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T>
  create<T>(chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T>
  /**
   * Numbers what changed in the own streams of those concerned. Call it once per transaction, for everybody, and as its
   * last lock; hand the entries to `tellOwn` after the commit.
   */
  appendOwn(tx: Tx, changes: readonly OwnChange[]): Promise<OwnEntry[]>
  /** Shows the entries, as they are now, to their people's devices. Never rejects: who isn't reached learns of them by `sync`. */
  tellOwn(entries: readonly OwnEntry[]): Promise<void>
  /** How many sends are under way. */
  queueLength(): number
  /** Takes no more sends; resolves when those taken are committed or refused. */
  drain(): Promise<void>
}

const sendTries = 5

export function createStreams(deps: { database: Database; live: Live; log: Log; ownReaders: () => OwnReaders }): Streams {
  const rosters = new RosterCache(deps.database)
  const cluster = {
    writable: true,
    everywhere: async (_: string, message: unknown) => rosters.forget((message as { chatId: string }).chatId),
  }
  const outlet: Outlet = new FanOut({ rosters, live: deps.live, cluster })
  let queue: WriteQueue | null = null
  const turns = new ChatTurns((chatId) => queue?.wake(chatId))
  const parts = { ...deps, turns, outlet, cluster }

  const sendThrough = async (writes: WriteQueue, chatId: string, draftFor: (roster: Roster) => Draft) => {
    let roster = await rosters.get(chatId)
    for (let tries = 0; tries < sendTries; tries++) {
      ensure(roster, 'CHAT_NOT_FOUND')
      const outcome = await writes.submit(draftFor(roster))
      if (outcome.kind === 'failed') throw outcome.error
      if (outcome.kind !== 'stale') return outcome
      roster = await rosters.reload(chatId)
    }
    throw new AppError('OVERLOADED', { message: 'The members of this chat change too fast to send; please try again.', retryAfter: 1 })
  }

  return {
    lastSeq: async (viewerId, chatId) => {
      const lastSeq = await selectLastSeq(deps.database.query, viewerId, chatId)
      if (lastSeq === undefined) throw new AppError('CHAT_NOT_FOUND')
      return lastSeq
    },
    roster: (chatId) => rosters.get(chatId),
    acceptSends: (framesOf) => {
      const writes = new WriteQueue({ ...parts, framesOf })
      queue = writes
      return (chatId, draftFor) => sendThrough(writes, chatId, draftFor)
    },
    change: (chatId, work) => changeChat(parts, chatId, work),
    create: (chatId, work) => createChat(parts, chatId, work),
    appendOwn: appendToOwn,
    tellOwn: (entries) => tellOwn({ ...deps, readers: deps.ownReaders }, entries),
    queueLength: () => queue?.length ?? 0,
    drain: async () => queue?.drain(),
  }
}
