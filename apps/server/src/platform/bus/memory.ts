import { EventEmitter } from 'node:events'
import type { Bus } from './bus.ts'

/** What the buses of several servers in one process have in common. */
export class MemoryHub {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  /** The text is parsed once per listener, so that none can change what another sees. */
  send(topic: string, text: string): void {
    this.#emitter.emit(topic, text)
  }

  listen(topic: string, listener: (text: string) => void): () => void {
    this.#emitter.on(topic, listener)
    return () => this.#emitter.off(topic, listener)
  }
}

/** The bus of a single process; given the same hub, several speak to each other. */
export class MemoryBus implements Bus {
  readonly shared = false
  readonly state = 'up'
  readonly #hub: MemoryHub
  readonly #subscriptions = new Set<() => void>()
  #closed = false

  constructor(hub: MemoryHub = new MemoryHub()) {
    this.#hub = hub
  }

  #ensureOpen(): void {
    if (this.#closed) throw new Error('unable to use the bus; it is closed')
  }

  /** It never goes down. */
  onState(): () => void {
    return () => undefined
  }

  async publish(topic: string, message: unknown): Promise<void> {
    this.#ensureOpen()
    const text = JSON.stringify(message)
    if (text === undefined) throw new TypeError(`unable to publish on ${topic}; the message is not JSON`)
    // After the publisher's own turn, as it would be over a network, and in the order of publishing.
    queueMicrotask(() => this.#hub.send(topic, text))
  }

  async subscribe(topic: string, listener: (message: unknown) => void): Promise<() => Promise<void>> {
    this.#ensureOpen()
    const stop = this.#hub.listen(topic, (text) => {
      // A listener's mistake must not keep the message from the others; it ends up where uncaught errors do.
      queueMicrotask(() => {
        if (this.#subscriptions.has(stop)) listener(JSON.parse(text))
      })
    })
    this.#subscriptions.add(stop)
    return async () => {
      stop()
      this.#subscriptions.delete(stop)
    }
  }

  async ping(): Promise<void> {
    this.#ensureOpen()
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const stop of this.#subscriptions) stop()
    this.#subscriptions.clear()
  }
}
