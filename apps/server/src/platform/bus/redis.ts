import type { Redis } from 'ioredis'
import type { Log } from '../../core/log.ts'
import { connectRedis } from '../redis/redis.ts'
import type { Bus, BusState } from './bus.ts'

interface RedisBusOptions {
  readonly url: string
  /** In front of every channel, so that several installations can share a Redis. */
  readonly prefix: string
  readonly log: Log
}

/** How long a start waits for Redis, in milliseconds, before it goes on without. */
const patience = 3000

type Listener = (message: unknown) => void

/** Plain publish and subscribe, over a connection for each. */
export class RedisBus implements Bus {
  readonly shared = true
  readonly #prefix: string
  readonly #log: Log
  readonly #publisher: Redis
  readonly #subscriber: Redis
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #followers = new Set<(state: BusState) => void>()
  #state: BusState = 'down'
  /** Whether Redis knows of every topic that is listened to. */
  #hears = false
  #closed = false

  constructor({ url, prefix, log }: RedisBusOptions) {
    this.#prefix = prefix
    this.#log = log
    this.#publisher = connectRedis({ url, log, purpose: 'bus out' })
    this.#subscriber = connectRedis({ url, log, purpose: 'bus in' })
    for (const side of [this.#publisher, this.#subscriber]) side.on('close', () => this.#review())
    this.#publisher.on('ready', () => this.#review())
    this.#subscriber.on('ready', () => void this.#listenAgain())
    this.#subscriber.on('message', (channel, text) => this.#hear(channel.slice(prefix.length + 1), text))
  }

  /** Resolves when it's up, or after a moment where it isn't: what depends on it works without. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options)
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, patience)
    const stop = bus.onState(() => resolve())
    await promise
    clearTimeout(timer)
    stop()
    return bus
  }

  get state(): BusState {
    return this.#state
  }

  onState(listener: (state: BusState) => void): () => void {
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  async publish(topic: string, message: unknown): Promise<void> {
    this.#ensureOpen()
    const text = JSON.stringify(message)
    if (text === undefined) throw new TypeError(`unable to publish on ${topic}; the message is not JSON`)
    await this.#publisher.publish(this.#channel(topic), text)
  }

  async subscribe(topic: string, listener: Listener): Promise<() => Promise<void>> {
    this.#ensureOpen()
    const listeners = this.#listeners.get(topic)
    if (listeners !== undefined) listeners.add(listener)
    else {
      this.#listeners.set(topic, new Set([listener]))
      if (this.#subscriber.status === 'ready') await this.#listenTo([topic])
    }
    return async () => {
      this.#listeners.get(topic)?.delete(listener)
    }
  }

  async ping(): Promise<void> {
    this.#ensureOpen()
    if (this.#state === 'down') throw new Error('unable to reach Redis')
    await Promise.all([this.#publisher.ping(), this.#subscriber.ping()])
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#followers.clear()
    this.#listeners.clear()
    for (const side of [this.#publisher, this.#subscriber]) side.disconnect()
  }

  #channel(topic: string): string {
    return `${this.#prefix}:${topic}`
  }

  #ensureOpen(): void {
    if (this.#closed) throw new Error('unable to use the bus; it is closed')
  }

  /** A topic that couldn't be asked for is asked for on the next connection, with all the others. */
  async #listenTo(topics: readonly string[]): Promise<boolean> {
    try {
      if (topics.length > 0) await this.#subscriber.subscribe(...topics.map((topic) => this.#channel(topic)))
      return true
    } catch (error) {
      this.#log.warn({ err: error }, 'unable to subscribe; the connection is made anew')
      if (!this.#closed) this.#subscriber.disconnect(true)
      return false
    }
  }

  async #listenAgain(): Promise<void> {
    this.#hears = await this.#listenTo([...this.#listeners.keys()])
    this.#review()
  }

  #review(): void {
    if (this.#subscriber.status !== 'ready') this.#hears = false
    const state = this.#hears && this.#publisher.status === 'ready' ? 'up' : 'down'
    if (state === this.#state) return
    this.#state = state
    for (const follower of [...this.#followers]) follower(state)
  }

  #hear(topic: string, text: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      let message: unknown
      try {
        message = JSON.parse(text)
      } catch (error) {
        this.#log.warn({ err: error, topic }, 'unable to read a message of the bus; it is ignored')
        return
      }
      // A listener's mistake must not keep the message from the others; it ends up where uncaught errors do.
      queueMicrotask(() => {
        if (this.#listeners.get(topic)?.has(listener)) listener(message)
      })
    }
  }
}
