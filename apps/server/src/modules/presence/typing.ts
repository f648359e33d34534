import { z } from 'zod'
import { ensure } from '../../core/errors.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { createShownTyping, type Typist } from './typing-shown.ts'

export interface Typing {
  /** Tells the chat, unless it knows already, and again when it ends by itself. */
  start(userId: string, chatId: string): Promise<void>
  stopIn(userId: string, chatId: string): Promise<void>
  /** Ends whatever somebody is writing anywhere. */
  leave(userId: string): void
  /** Hears who writes through other nodes; returns what ends that. */
  listen(): Promise<() => Promise<void>>
  stop(): void
}

interface Writing {
  readonly userId: string
  readonly chatId: string
  timer: NodeJS.Timeout
  readonly typist: Promise<Typist>
}

/** Without another sign it's over after this, in milliseconds (S4). */
const lastsMs = 6000
/** Larger chats are not told who writes. */
const toldMembers = 100

const topic = 'typing'
const Sign = z.object({
  node: z.string(),
  isTyping: z.boolean(),
  typist: z.object({ userId: z.string(), username: z.string(), chatId: z.string(), listeners: z.array(z.string()) }),
})

const keyOf = (userId: string, chatId: string) => `${userId} ${chatId}`

export function createTyping(deps: PresenceDeps): Typing {
  const { bus, cluster, live, log, rosterOf, findPublic, sightOf } = deps
  const writing = new Map<string, Writing>()
  const shown = createShownTyping(deps)

  const memberships = async (userId: string, chatId: string) => {
    const roster = await rosterOf(chatId)
    ensure(roster, 'CHAT_NOT_FOUND')
    ensure(roster.members.has(userId), 'CHAT_NOT_FOUND')
    return roster
  }
  /** Told are the others, as far as they may see that the typist is there (P4). */
  const typistOf = async (userId: string, chatId: string): Promise<Typist> => {
    const { members, blocked } = await memberships(userId, chatId)
    const user = (await findPublic([userId])).get(userId)
    const others = blocked || members.size > toldMembers ? [] : [...members.keys()].filter((memberId) => memberId !== userId)
    const sights = await sightOf(userId, others)
    const listeners = others.filter((memberId) => sights.get(memberId)?.online)
    return { userId, chatId, username: user?.username ?? '', listeners }
  }
  const publish = (typist: Typist, isTyping: boolean) => {
    if (!bus.shared || typist.listeners.length === 0) return
    const published = bus.publish(topic, { node: cluster.nodeId, isTyping, typist })
    published.catch((error: unknown) => log.debug({ err: error }, 'the bus took no typing'))
  }
  const sign = async (entry: Writing) => {
    const typist = await entry.typist
    if (writing.get(keyOf(entry.userId, entry.chatId)) !== entry) return
    publish(typist, true)
    await shown.sign(typist)
  }
  /** Nobody waits for it: whoever left the chat meanwhile is told of nothing there. */
  const end = (entry: Writing) => {
    clearTimeout(entry.timer)
    writing.delete(keyOf(entry.userId, entry.chatId))
    shown.end(entry)
    entry.typist.then(
      (typist) => publish(typist, false),
      () => undefined,
    )
  }

  return {
    async start(userId, chatId) {
      const key = keyOf(userId, chatId)
      const entry = writing.get(key) ?? { userId, chatId, timer: setTimeout(() => undefined, 0), typist: typistOf(userId, chatId) }
      clearTimeout(entry.timer)
      entry.timer = setTimeout(() => end(entry), lastsMs)
      writing.set(key, entry)
      try {
        await sign(entry)
      } catch (error) {
        clearTimeout(entry.timer)
        writing.delete(key)
        throw error
      }
    },
    async stopIn(userId, chatId) {
      const entry = writing.get(keyOf(userId, chatId))
      if (entry !== undefined) end(entry)
      else await memberships(userId, chatId)
    },
    leave: (userId) => {
      for (const entry of writing.values()) if (entry.userId === userId) end(entry)
    },
    async listen() {
      if (!bus.shared) return async () => undefined
      return bus.subscribe(topic, (message) => {
        const read = Sign.safeParse(message)
        if (!read.success) return log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
        const { node, isTyping, typist } = read.data
        const listeners = typist.listeners.filter((userId) => live.isHere(userId))
        if (node === cluster.nodeId) return
        if (!isTyping) shown.end(typist)
        else if (listeners.length > 0)
          shown.sign({ ...typist, listeners }).catch((error: unknown) => log.debug({ err: error }, 'unable to say that somebody is typing'))
      })
    },
    stop: () => {
      for (const { timer } of writing.values()) clearTimeout(timer)
      writing.clear()
      shown.stop()
    },
  }
}
