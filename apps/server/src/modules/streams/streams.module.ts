/** The door of the streams: who is in a chat, sends, and changes, each with its place in the chat's one sequence. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Broadcast, Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Cluster } from '../../platform/cluster/cluster.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { AcrossNodes } from './across-nodes.ts'
import { type Change, type Changed, changeChat, createChat } from './change.ts'
import { ChatTurns } from './chat-turns.ts'
import { FanOut } from './fan-out.ts'
import type { Frame } from './frames.ts'
import { OwnAgain } from './own-again.ts'
import type { Refill } from './refill.ts'
import { type Roster, RosterCache } from './roster.ts'
import { type Send, sendThrough } from './send-through.ts'
import { selectLastSeq } from './streams.queries.ts'
import { appendToOwn, type OwnChange, type OwnEntry, selectOwnAbout } from './user-log.queries.ts'
import { type OwnReaders, tellOwn } from './user-log.ts'
import { type Stored, WriteQueue } from './write-queue.ts'

export type { Change, Changed } from './change.ts'
export type { Draft } from './draft.ts'
export { type Frame, frame } from './frames.ts'
export { pruneOutbox } from './prune-outbox.ts'
export type { Refill } from './refill.ts'
export { type Member, type Roster, sees } from './roster.ts'
export type { Send } from './send-through.ts'
export { createSync } from './sync.ts'
export type { OwnEntry } from './user-log.queries.ts'
export { type OwnReaders, personByPerson } from './user-log.ts'
export type { Heads, HeadsWanted } from './user-sync.ts'
export type { Stored } from './write-queue.ts'

const MembersChanged = z.object({ chatId: z.string(), access: z.number() })

export interface Streams {
  /** How far the stream of a chat that somebody is in has come, or CHAT_NOT_FOUND. */
  lastSeq(viewerId: string, chatId: string): Promise<number>
  /**
   * Everybody in a chat; null where there's no such chat. May be a moment old, as a send is checked again when it commits;
   * where one of `expected` isn't in it, it's read anew, since they may have been let in through another process just now.
   */
  roster(chatId: string, expected?: readonly string[]): Promise<Roster | null>
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
   * last lock, or again for some of the same people; hand the entries to `tellOwn` after the commit.
   */
  appendOwn(tx: Tx, changes: readonly OwnChange[]): Promise<OwnEntry[]>
  /**
   * What the own streams of these people hold about a chat, so that those who come back are shown it again. Ask after an
   * `appendOwn` for them: what is being written just then is in the answer, or gets a number above.
   */
  ownAbout(tx: Tx, userIds: readonly string[], chatId: string): Promise<OwnChange[]>
  /** Shows the entries, as they are now, to their people's devices. Never rejects: where it fails it is tried again. */
  tellOwn(entries: readonly OwnEntry[]): Promise<void>
  /** An entry of somebody who is here, told by another process, got lost on its way. */
  doubt(): void
  /**
   * Hears what other processes write, where there are any, and looks for what got lost; returns what ends that. `refills`
   * tell again what is missing of a chat.
   */
  start(refills: readonly Refill[]): Promise<() => Promise<void>>
  /** How many sends are under way. */
  queueLength(): number
  /** Takes no more sends; resolves when those taken are committed or refused. */
  drain(): Promise<void>
}

interface StreamsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly cluster: Cluster
  readonly live: Live
  readonly broadcast: Broadcast
  readonly log: Log
  readonly ownReaders: () => OwnReaders
}

export function createStreams(deps: StreamsDeps): Streams {
  const { database, bus, cluster, live } = deps
  const rosters = new RosterCache(database)
  const fanOut = new FanOut({ rosters, live, cluster })
  const nodes = bus.shared ? new AcrossNodes({ ...deps, rosters, fanOut, isHere: (userId) => live.isHere(userId) }) : null
  cluster.on('members', (message) => {
    const { chatId, access } = MembersChanged.parse(message)
    nodes?.confirm(chatId, access)
    rosters.forget(chatId)
  })
  const tellOwnThrough = (broadcast: Broadcast, entries: readonly OwnEntry[]) =>
    tellOwn({ ...deps, broadcast, readers: deps.ownReaders, roster: (chatId, userId) => rosters.holding(chatId, [userId]) }, entries)
  const here: Broadcast = { toUsers: ({ userIds }, event, payload) => live.toUsers(userIds, event, payload) }
  const again = new OwnAgain({ ...deps, tell: (entries) => tellOwnThrough(here, entries) })
  const tellOwnOrAgain = async (entries: readonly OwnEntry[]) => {
    try {
      await tellOwnThrough(deps.broadcast, entries)
    } catch (error) {
      deps.log.warn({ err: error }, 'unable to tell people what changed for them; it is tried again')
      again.doubt()
    }
  }
  let queue: WriteQueue | null = null
  const turns = new ChatTurns((chatId) => queue?.wake(chatId))
  const parts = { ...deps, turns, outlet: nodes ?? fanOut }

  return {
    lastSeq: async (viewerId, chatId) => {
      const lastSeq = await selectLastSeq(deps.database.query, viewerId, chatId)
      if (lastSeq === undefined) throw new AppError('CHAT_NOT_FOUND')
      return lastSeq
    },
    roster: (chatId, expected = []) => rosters.holding(chatId, expected),
    acceptSends: (framesOf) => {
      const writes = new WriteQueue({ ...parts, framesOf })
      queue = writes
      return sendThrough(rosters, writes)
    },
    change: (chatId, work) => changeChat(parts, chatId, work),
    create: (chatId, work) => createChat(parts, chatId, work),
    appendOwn: appendToOwn,
    ownAbout: selectOwnAbout,
    tellOwn: tellOwnOrAgain,
    doubt: () => again.doubt(),
    start: async (refills) => {
      const stopHearing = await nodes?.start(refills)
      const stopLooking = again.start()
      return async () => {
        stopLooking()
        await stopHearing?.()
      }
    },
    queueLength: () => queue?.length ?? 0,
    drain: async () => queue?.drain(),
  }
}
