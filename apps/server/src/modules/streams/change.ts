import { ensure } from '../../core/errors.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { ChatTurns } from './chat-turns.ts'
import type { FanOut, Frame } from './fan-out.ts'
import { insertHead, type LogEntry, lockHead, writeEntries } from './streams.queries.ts'

/** A change to a chat while its head is locked. */
export interface Change {
  readonly tx: Tx
  /** Takes the next number of the stream for an entry of the log, and returns it. */
  append(kind: string, targetId: string, actorId: string): number
  /** The same, for what changes who may read or write. */
  appendMembers(kind: string, targetId: string, actorId: string): number
}

export interface Changed<T> {
  readonly result: T
  readonly frames: readonly Frame[]
}

interface Parts {
  readonly database: Database
  readonly turns: ChatTurns
  readonly fanOut: FanOut
}

/**
 * Changes a chat: `work` checks and writes under the lock of the chat's head and says what to tell the members, which
 * is done after the commit and before this resolves. What `work` throws rolls everything back.
 */
export function changeChat<T>(parts: Parts, chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T> {
  return parts.turns.during(chatId, () => commitAndPublish(parts, chatId, lockHead, work))
}

/** As `changeChat`, for a chat that `work` creates. */
export function createChat<T>(parts: Parts, chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T> {
  const lockNewHead = async () => ({ lastSeq: 0, membersSeq: 0 })
  return parts.turns.during(chatId, () =>
    commitAndPublish(parts, chatId, lockNewHead, async (change) => {
      const changed = await work(change)
      await insertHead(change.tx, chatId)
      return changed
    }),
  )
}

async function commitAndPublish<T>(
  { database, fanOut }: Parts,
  chatId: string,
  lock: typeof lockHead,
  work: (change: Change) => Promise<Changed<T>>,
): Promise<T> {
  const { result, frames, membersSeq } = await database.transaction(async (tx) => {
    const head = await lock(tx, chatId)
    ensure(head, 'CHAT_NOT_FOUND')
    const entries: LogEntry[] = []
    let { lastSeq, membersSeq } = head
    const append = (kind: string, targetId: string, actorId: string) => {
      entries.push({ seq: ++lastSeq, kind, targetId, actorId })
      return lastSeq
    }
    const appendMembers = (kind: string, targetId: string, actorId: string) => {
      membersSeq = append(kind, targetId, actorId)
      return membersSeq
    }
    const changed = await work({ tx, append, appendMembers })
    if (entries.length > 0) await writeEntries(tx, chatId, { lastSeq, membersSeq }, entries)
    return { ...changed, membersSeq }
  })
  await fanOut.publish(chatId, membersSeq, frames)
  return result
}
