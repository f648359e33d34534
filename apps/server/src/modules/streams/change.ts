import { ensure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { ChatTurns } from './chat-turns.ts'
import type { Frame, Outlet } from './frames.ts'
import { persistently } from './persistently.ts'
import { type Head, insertHead, type LogEntry, lockHead, writeAccess, writeEntries } from './streams.queries.ts'

/** A change to a chat while its head is locked. */
export interface Change {
  readonly tx: Tx
  /** Takes the next number of the stream for an entry of the log, and returns it. */
  append(kind: string, targetId: string, actorId: string): number
  /** The same, for what changes who may read or write. */
  appendMembers(kind: string, targetId: string, actorId: string): number
  /**
   * Whoever loses the right to read or write by this change has lost it on every node before the change resolves (P2): for
   * a removal, beside its entry, and for a block, which has none.
   */
  touchAccess(): void
}

export interface Changed<T> {
  readonly result: T
  readonly frames: readonly Frame[]
}

interface Parts {
  readonly database: Database
  readonly turns: ChatTurns
  readonly outlet: Outlet
  readonly cluster: { everywhere(topic: string, message: unknown): Promise<void> }
  readonly log: Log
}

/**
 * Changes a chat: `work` checks and writes under the lock of the chat's head and says what to tell the members, which
 * is done after the commit and before this resolves. What `work` throws rolls everything back.
 */
export async function changeChat<T>(parts: Parts, chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T> {
  const { result, taken } = await parts.turns.during(chatId, () => commitAndPublish(parts, chatId, lockHead, work))
  // In nobody's turn: a server that died holds it up, and what others say in the chat meanwhile need not wait for that.
  if (taken.touched) await parts.cluster.everywhere('members', { chatId, access: taken.access })
  return result
}

/** As `changeChat`, for a chat that `work` creates. */
export async function createChat<T>(parts: Parts, chatId: string, work: (change: Change) => Promise<Changed<T>>): Promise<T> {
  const lockNewHead = async () => ({ lastSeq: 0, membersSeq: 0, access: 0 })
  const { result } = await parts.turns.during(chatId, () =>
    commitAndPublish(parts, chatId, lockNewHead, async (change) => {
      const changed = await work(change)
      await insertHead(change.tx, chatId)
      return changed
    }),
  )
  return result
}

async function commitAndPublish<T>(
  parts: Parts,
  chatId: string,
  lock: typeof lockHead,
  work: (change: Change) => Promise<Changed<T>>,
): Promise<{ result: T; taken: Numbers }> {
  const { result, frames, taken } = await parts.database.transaction(async (tx) => {
    const head = await lock(tx, chatId)
    ensure(head, 'CHAT_NOT_FOUND')
    const taken = new Numbers(head)
    const changed = await work({
      tx,
      append: (...entry) => taken.append(...entry),
      appendMembers: (...entry) => taken.appendMembers(...entry),
      touchAccess: () => taken.touchAccess(),
    })
    await taken.write(tx, chatId)
    return { ...changed, taken }
  })
  if (taken.lastSeq > taken.before.lastSeq) await publish(parts, chatId, taken, frames)
  return { result, taken }
}

/** What is committed is done: members who can't be told now learn of it by themselves. */
async function publish({ outlet, log }: Parts, chatId: string, taken: Numbers, frames: readonly Frame[]): Promise<void> {
  const { before, lastSeq, access } = taken
  try {
    const piece = { chatId, from: before.lastSeq, to: lastSeq, access, frames, toLeavers: access > before.access }
    const { told } = await persistently(() => outlet.publish(piece))
    await told
  } catch (error) {
    log.error({ err: error, chatId }, 'unable to tell members of a change; they find it by syncing')
  }
}

/** What a change takes of the head that it has locked. */
class Numbers {
  readonly before: Head
  readonly #entries: LogEntry[] = []
  #membersSeq: number
  access: number
  /** Whether somebody lost something. */
  touched = false

  constructor(head: Head) {
    this.before = head
    this.#membersSeq = head.membersSeq
    this.access = head.access
  }

  get lastSeq(): number {
    return this.before.lastSeq + this.#entries.length
  }

  append(kind: string, targetId: string, actorId: string): number {
    const seq = this.lastSeq + 1
    this.#entries.push({ seq, kind, targetId, actorId })
    return seq
  }

  appendMembers(kind: string, targetId: string, actorId: string): number {
    this.#membersSeq = this.append(kind, targetId, actorId)
    this.access = this.before.access + 1
    return this.#membersSeq
  }

  touchAccess(): void {
    this.touched = true
    this.access = this.before.access + 1
  }

  async write(tx: Tx, chatId: string): Promise<void> {
    const { lastSeq, access } = this
    if (this.#entries.length > 0) await writeEntries(tx, chatId, { lastSeq, membersSeq: this.#membersSeq, access }, this.#entries)
    else if (access > this.before.access) await writeAccess(tx, chatId, access)
  }
}
