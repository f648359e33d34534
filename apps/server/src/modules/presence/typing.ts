import { userTyping } from '@parley/protocol/presence'
import { ensure } from '../../core/errors.ts'
import type { Roster } from '../streams/streams.module.ts'
import type { PresenceDeps } from './presence.deps.ts'

export interface Typing {
  /** Tells the chat, unless it knows already, and again when it ends by itself. */
  start(userId: string, chatId: string): Promise<void>
  stopIn(userId: string, chatId: string): Promise<void>
  /** Ends whatever somebody is writing anywhere. */
  leave(userId: string): void
  stop(): void
}

interface Writing {
  readonly userId: string
  readonly chatId: string
  timer: NodeJS.Timeout
  /** Resolves with who was told, and so must hear of its end. */
  readonly begun: Promise<readonly string[]>
}

/** Without another sign it's over after this, in milliseconds (S4). */
const lastsMs = 6000
/** Larger chats are not told who writes. */
const toldMembers = 100

const keyOf = (userId: string, chatId: string) => `${userId} ${chatId}`

async function rosterWith(rosterOf: PresenceDeps['rosterOf'], userId: string, chatId: string): Promise<Roster> {
  const roster = await rosterOf(chatId)
  ensure(roster, 'CHAT_NOT_FOUND')
  ensure(roster.members.has(userId), 'CHAT_NOT_FOUND')
  return roster
}

export function createTyping({ live, rosterOf, findPublic, sightOf, log }: PresenceDeps): Typing {
  const writing = new Map<string, Writing>()

  /** Whom it is for: the others, as far as they may see that the typist is there (P4). */
  const listenersOf = async (userId: string, chatId: string): Promise<string[]> => {
    const { members, blocked } = await rosterWith(rosterOf, userId, chatId)
    if (blocked || members.size > toldMembers) return []
    const others = [...members.keys()].filter((memberId) => memberId !== userId)
    const sights = await sightOf(userId, others)
    return others.filter((memberId) => sights.get(memberId)?.online)
  }
  const tell = async (userId: string, chatId: string, isTyping: boolean, listeners: readonly string[]) => {
    const user = (await findPublic([userId])).get(userId)
    // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
    const { members } = await rosterWith(rosterOf, userId, chatId)
    const present = listeners.filter((memberId) => members.has(memberId))
    live.toUsers(present, userTyping, { chatId, userId, username: user?.username ?? '', isTyping })
    return present
  }
  /** Nobody waits for it: whoever left the chat meanwhile is told of nothing there. */
  const end = (entry: Writing) => {
    clearTimeout(entry.timer)
    writing.delete(keyOf(entry.userId, entry.chatId))
    const told = entry.begun.then((listeners) => tell(entry.userId, entry.chatId, false, listeners))
    told.catch((error: unknown) => log.debug({ err: error }, 'unable to say that somebody stopped typing'))
  }

  return {
    async start(userId, chatId) {
      const key = keyOf(userId, chatId)
      const known = writing.get(key)
      if (known !== undefined) {
        clearTimeout(known.timer)
        known.timer = setTimeout(() => end(known), lastsMs)
        return
      }
      const begun = listenersOf(userId, chatId).then((listeners) => tell(userId, chatId, true, listeners))
      const entry: Writing = { userId, chatId, begun, timer: setTimeout(() => end(entry), lastsMs) }
      writing.set(key, entry)
      try {
        await begun
      } catch (error) {
        clearTimeout(entry.timer)
        writing.delete(key)
        throw error
      }
    },
    async stopIn(userId, chatId) {
      const entry = writing.get(keyOf(userId, chatId))
      if (entry !== undefined) end(entry)
      else await rosterWith(rosterOf, userId, chatId)
    },
    leave: (userId) => {
      for (const entry of writing.values()) if (entry.userId === userId) end(entry)
    },
    stop: () => {
      for (const { timer } of writing.values()) clearTimeout(timer)
      writing.clear()
    },
  }
}
