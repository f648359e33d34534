/** What the sockets of this node are shown of who is writing, whichever node they write through. */
import { userTyping } from '@parley/protocol/presence'
import type { PresenceDeps } from './presence.deps.ts'

export interface Typist {
  readonly userId: string
  readonly username: string
  readonly chatId: string
  /** Who may see that they are there. */
  readonly listeners: readonly string[]
}

export interface ShownTyping {
  /** Shown once, and again when it ended: without another sign by itself, also where the typist's node died (S4). */
  sign(typist: Typist): Promise<unknown>
  end(of: { readonly userId: string; readonly chatId: string }): void
  stop(): void
}

interface Entry {
  readonly typist: Typist
  timer: NodeJS.Timeout
  /** Resolves with who was told, and so must hear of its end. */
  readonly begun: Promise<readonly string[]>
}

/** A little longer than the typist's own node waits, in milliseconds. */
const lastsMs = 7000
/** How soon its end is told again where this process may not write. */
const retryMs = 1000

const keyOf = ({ userId, chatId }: { readonly userId: string; readonly chatId: string }) => `${userId} ${chatId}`

export function createShownTyping({ live, cluster, rosterOf, log }: PresenceDeps): ShownTyping {
  const shown = new Map<string, Entry>()

  const tell = async ({ chatId, userId, username }: Typist, isTyping: boolean, listeners: readonly string[]) => {
    // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
    const members = (await rosterOf(chatId))?.members
    const present = isTyping && !members?.has(userId) ? [] : listeners.filter((memberId) => members?.has(memberId))
    if (!cluster.writable) return []
    live.toUsers(present, userTyping, { chatId, userId, username, isTyping })
    return present
  }
  const end = (entry: Entry) => {
    clearTimeout(entry.timer)
    if (!cluster.writable) {
      entry.timer = setTimeout(() => end(entry), retryMs)
      return
    }
    const key = keyOf(entry.typist)
    if (shown.get(key) === entry) shown.delete(key)
    const told = entry.begun.then((listeners) => tell(entry.typist, false, listeners))
    told.catch((error: unknown) => log.debug({ err: error }, 'unable to say that somebody stopped typing'))
  }

  return {
    sign(typist) {
      const key = keyOf(typist)
      const known = shown.get(key)
      if (known !== undefined) {
        clearTimeout(known.timer)
        known.timer = setTimeout(() => end(known), lastsMs)
        return known.begun
      }
      const begun = tell(typist, true, typist.listeners)
      const entry: Entry = { typist, begun, timer: setTimeout(() => end(entry), lastsMs) }
      shown.set(key, entry)
      return begun
    },
    end(of) {
      const entry = shown.get(keyOf(of))
      if (entry !== undefined) end(entry)
    },
    stop() {
      for (const { timer } of shown.values()) clearTimeout(timer)
      shown.clear()
    },
  }
}
