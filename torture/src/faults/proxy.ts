/**
 * A TCP proxy to be put on a link and to trouble it. TCP can lose no bytes, so whoever's bytes were swallowed is reset
 * in the end; whoever was only kept waiting may go on.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net'
import { freePort } from '../../../tools/testing/free-port.ts'

export type Trouble =
  /** Everything comes later by so many milliseconds, give or take a half. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Nothing passes, and no end is told; when it's over, everything goes on. */
  | { readonly kind: 'silence' }
  /** Bytes vanish; when it's over, the connections are reset. */
  | { readonly kind: 'drop' }
  /** The near end is reset, the far end goes on waiting for it until it's over. New connections pass. */
  | { readonly kind: 'half-open' }
  /** Both ends are reset, at once. */
  | { readonly kind: 'reset' }

/** What may be rewritten on its way; an empty list swallows it. One is made for each connection. */
export interface Tampering {
  /** From the far end to the near one. */
  readonly down: (bytes: Buffer) => readonly Buffer[]
  /** From the near end to the far one; `answer` speaks to the near end in its place. */
  readonly up: (bytes: Buffer, answer: (bytes: Buffer) => void) => readonly Buffer[]
}

export interface ProxyOptions {
  readonly targetPort: number
  readonly tamper?: () => Tampering
}

/** Above so many waiting bytes the sender is made to wait, as a network does. */
const mostWaiting = 256 * 1024

/** One direction of one connection. */
class Channel {
  readonly #from: Socket
  readonly #to: Socket
  readonly #rewrite: (bytes: Buffer) => readonly Buffer[]
  #trouble: Trouble | null
  readonly #waiting: { readonly bytes: Buffer; readonly due: number }[] = []
  #waitingLength = 0
  #timer: NodeJS.Timeout | null = null
  #ended = false
  /** How many bytes have vanished here. */
  swallowed = 0

  constructor(from: Socket, to: Socket, trouble: Trouble | null, rewrite: (bytes: Buffer) => readonly Buffer[]) {
    this.#from = from
    this.#to = to
    this.#trouble = trouble
    this.#rewrite = rewrite
    from.on('data', (bytes) => this.#take(bytes))
    from.on('end', () => {
      this.#ended = true
      this.#pass()
    })
    to.on('drain', () => this.#pass())
  }

  /** From now on this is what is wrong; null where nothing is. */
  suffer(trouble: Trouble | null): void {
    this.#trouble = trouble
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#pass()
  }

  #take(received: Buffer): void {
    if (this.#trouble?.kind === 'drop') {
      this.swallowed += received.length
      return
    }
    const due = performance.now() + (this.#trouble?.kind === 'delay' ? this.#trouble.ms * (0.5 + Math.random()) : 0)
    for (const bytes of this.#rewrite(received)) {
      this.#waiting.push({ bytes, due })
      this.#waitingLength += bytes.length
    }
    if (this.#waitingLength > mostWaiting) this.#from.pause()
    this.#pass()
  }

  /** Hands on what is due, in its order. */
  #pass(): void {
    if (this.#timer !== null || this.#trouble?.kind === 'silence') return
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#to.writableNeedDrain || !this.#to.writable) return
      const early = this.#trouble?.kind === 'delay' ? first.due - performance.now() : 0
      if (early > 0) {
        this.#later(early)
        return
      }
      this.#waiting.shift()
      this.#waitingLength -= first.bytes.length
      this.#to.write(first.bytes)
      if (this.#trouble?.kind === 'slow') {
        this.#later((first.bytes.length / this.#trouble.bytesPerSecond) * 1000)
        return
      }
    }
    if (this.#ended) this.#to.end()
    else this.#from.resume()
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#pass()
    }, ms)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

/** A connection: the near end has asked for it, the far end is the target. */
class Pair {
  readonly #near: Socket
  readonly #far: Socket
  readonly #channels: readonly Channel[]
  #halfOpen = false

  constructor(near: Socket, far: Socket, trouble: Trouble | null, tampering: Tampering | null, onClosed: (pair: Pair) => void) {
    this.#near = near
    this.#far = far
    const answer = (bytes: Buffer) => void near.write(bytes)
    this.#channels = [
      new Channel(near, far, trouble, (bytes) => tampering?.up(bytes, answer) ?? [bytes]),
      new Channel(far, near, trouble, (bytes) => tampering?.down(bytes) ?? [bytes]),
    ]
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.setNoDelay(true)
      one.on('error', () => this.#loseEnd(other))
      one.on('close', () => {
        if (!this.#halfOpen && one.errored) this.#loseEnd(other)
        if (near.destroyed && far.destroyed) onClosed(this)
      })
    }
  }

  /** How many bytes of it have vanished. */
  get swallowed(): number {
    return this.#channels.reduce((sum, { swallowed }) => sum + swallowed, 0)
  }

  suffer(trouble: Trouble | null): void {
    const isBeyondRepair = trouble === null && (this.#halfOpen || this.swallowed > 0)
    if (trouble?.kind === 'reset' || isBeyondRepair) this.reset()
    else if (trouble?.kind === 'half-open') {
      this.#halfOpen = true
      this.#near.resetAndDestroy()
    } else for (const channel of this.#channels) channel.suffer(trouble)
  }

  reset(): void {
    for (const channel of this.#channels) channel.close()
    this.#near.resetAndDestroy()
    this.#far.resetAndDestroy()
  }

  #loseEnd(other: Socket): void {
    if (!this.#halfOpen) other.resetAndDestroy()
  }
}

export class TcpProxy {
  readonly port: number
  readonly #options: ProxyOptions
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #trouble: Trouble | null = null

  private constructor(port: number, server: Server, options: ProxyOptions) {
    this.port = port
    this.#server = server
    this.#options = options
    server.on('connection', (near) => this.#accept(near))
  }

  /** Listens on a free port of the loopback interface. */
  static async create(options: ProxyOptions): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true })
    const port = await freePort()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(port, server, options)
  }

  /** How many bytes of the connections that stand have vanished. */
  get swallowed(): number {
    return [...this.#pairs].reduce((sum, { swallowed }) => sum + swallowed, 0)
  }

  /** Troubles the connections there are, and new ones where the trouble lasts. */
  begin(trouble: Trouble): void {
    this.#trouble = trouble.kind === 'reset' || trouble.kind === 'half-open' ? null : trouble
    for (const pair of [...this.#pairs]) pair.suffer(trouble)
  }

  end(): void {
    this.#trouble = null
    for (const pair of [...this.#pairs]) pair.suffer(null)
  }

  async close(): Promise<void> {
    for (const pair of [...this.#pairs]) pair.reset()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(near: Socket): void {
    const far = tcpConnect({ port: this.#options.targetPort, host: '127.0.0.1', allowHalfOpen: true })
    this.#pairs.add(new Pair(near, far, this.#trouble, this.#options.tamper?.() ?? null, (pair) => this.#pairs.delete(pair)))
  }
}
