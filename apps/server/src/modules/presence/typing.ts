import { z } from 'zod'
import { ensure } from '../../core/errors.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { createShownTyping, type ShownTyping, type Typist } from './typing-shown.ts'

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

/** Who is told: the others, as far as they may see that the typist is there (P4). CHAT_NOT_FOUND where the typist isn't in the chat. */
async function typistOf({ rosterOf, findPublic, sightOf }: PresenceDeps, userId: string, chatId: string): Promise<Typist> {
  const roster = await rosterOf(chatId)
  ensure(roster, 'CHAT_NOT_FOUND')
  ensure(roster.members.has(userId), 'CHAT_NOT_FOUND')
  const user = (await findPublic([userId])).get(userId)
  const isTold = !roster.blocked && roster.members.size <= toldMembers
  const others = isTold ? roster.everyone.filter((memberId) => memberId !== userId) : []
  const sights = await sightOf(userId, others)
  const listeners = others.filter((memberId) => sights.get(memberId)?.online)
  return { userId, chatId, username: user?.username ?? '', listeners }
}

/** Who writes through this node, told to all of them. */
class Typists implements Typing {
  readonly #deps: PresenceDeps
  readonly #writing = new Map<string, Writing>()
  readonly #shown: ShownTyping

  constructor(deps: PresenceDeps) {
    this.#deps = deps
    this.#shown = createShownTyping(deps)
  }

  async start(userId: string, chatId: string): Promise<void> {
    const key = keyOf(userId, chatId)
    const known = this.#writing.get(key)
    clearTimeout(known?.timer)
    const typist = known?.typist ?? typistOf(this.#deps, userId, chatId)
    const entry: Writing = { userId, chatId, typist, timer: setTimeout(() => this.#end(entry), lastsMs) }
    this.#writing.set(key, entry)
    try {
      const about = await typist
      if (!this.#writing.has(key)) return
      this.#publish(about, true)
      await this.#shown.sign(about)
    } catch (error) {
      clearTimeout(this.#writing.get(key)?.timer)
      this.#writing.delete(key)
      throw error
    }
  }

  async stopIn(userId: string, chatId: string): Promise<void> {
    const entry = this.#writing.get(keyOf(userId, chatId))
    if (entry !== undefined) this.#end(entry)
    else ensure((await this.#deps.rosterOf(chatId))?.members.has(userId), 'CHAT_NOT_FOUND')
  }

  leave(userId: string): void {
    for (const entry of this.#writing.values()) if (entry.userId === userId) this.#end(entry)
  }

  async listen(): Promise<() => Promise<void>> {
    const { bus, cluster, live, log } = this.#deps
    if (!bus.shared) return async () => undefined
    return bus.subscribe(topic, (message) => {
      const read = Sign.safeParse(message)
      if (!read.success) {
        log.warn({ topic }, 'unable to read a message of the bus; it is ignored')
        return
      }
      const { node, isTyping, typist } = read.data
      const listeners = typist.listeners.filter((userId) => live.isHere(userId))
      if (node === cluster.nodeId) return
      if (!isTyping) this.#shown.end(typist)
      else if (listeners.length > 0) this.#show({ ...typist, listeners })
    })
  }

  stop(): void {
    for (const { timer } of this.#writing.values()) clearTimeout(timer)
    this.#writing.clear()
    this.#shown.stop()
  }

  #show(typist: Typist): void {
    const { log } = this.#deps
    this.#shown.sign(typist).catch((error: unknown) => log.debug({ err: error }, 'unable to say that somebody is typing'))
  }

  /** Nobody waits for it: whoever left the chat meanwhile is told of nothing there. */
  #end(entry: Writing): void {
    clearTimeout(entry.timer)
    this.#writing.delete(keyOf(entry.userId, entry.chatId))
    this.#shown.end(entry)
    entry.typist.then(
      (typist) => this.#publish(typist, false),
      // Whoever started it was told why it failed.
      () => undefined,
    )
  }

  #publish(typist: Typist, isTyping: boolean): void {
    const { bus, cluster, log } = this.#deps
    if (!bus.shared || typist.listeners.length === 0) return
    const published = bus.publish(topic, { node: cluster.nodeId, isTyping, typist })
    published.catch((error: unknown) => log.debug({ err: error }, 'the bus took no typing'))
  }
}

export const createTyping = (deps: PresenceDeps): Typing => new Typists(deps)
