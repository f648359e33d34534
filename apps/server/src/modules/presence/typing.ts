import { userTyping } from '@parley/protocol/presence'
import { ensure } from '../../core/errors.ts'
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
}

/** Without another sign it's over after this, in milliseconds (S4). */
const lastsMs = 6000
/** Larger chats are not told who writes. */
const toldMembers = 100

const keyOf = (userId: string, chatId: string) => `${userId} ${chatId}`

export function createTyping({ live, rosterOf, findPublic, log }: PresenceDeps): Typing {
  const writing = new Map<string, Writing>()

  const tell = async (userId: string, chatId: string, isTyping: boolean) => {
    const user = (await findPublic([userId])).get(userId)
    // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
    const roster = await rosterOf(chatId)
    ensure(roster?.members.has(userId), 'CHAT_NOT_FOUND')
    if (roster === null || roster.members.size > toldMembers) return
    const others = [...roster.members.keys()].filter((memberId) => memberId !== userId)
    live.toUsers(others, userTyping, { chatId, userId, username: user?.username ?? '', isTyping })
  }
  /** Nobody waits for it: whoever left the chat meanwhile is told of nothing there. */
  const end = ({ userId, chatId, timer }: Writing) => {
    clearTimeout(timer)
    writing.delete(keyOf(userId, chatId))
    tell(userId, chatId, false).catch((error: unknown) => log.debug({ err: error }, 'unable to say that somebody stopped typing'))
  }

  return {
    async start(userId, chatId) {
      const key = keyOf(userId, chatId)
      const known = writing.get(key)
      clearTimeout(known?.timer)
      const entry: Writing = { userId, chatId, timer: setTimeout(() => end(entry), lastsMs) }
      writing.set(key, entry)
      if (known !== undefined) return
      try {
        await tell(userId, chatId, true)
      } catch (error) {
        clearTimeout(entry.timer)
        writing.delete(key)
        throw error
      }
    },
    async stopIn(userId, chatId) {
      const entry = writing.get(keyOf(userId, chatId))
      if (entry !== undefined) end(entry)
      else ensure((await rosterOf(chatId))?.members.has(userId), 'CHAT_NOT_FOUND')
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
