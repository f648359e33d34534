/** A device's line to the servers: comes back after every loss, perhaps to another node, and writes down all that it hears. */
import { authenticated } from '@parley/protocol/auth'
import { io, type Socket } from 'socket.io-client'
import type { Fact } from '../history.ts'
import type { Log } from '../log.ts'
import type { Random } from '../random.ts'
import { factOf } from './seen.ts'

/** A way to a server. */
export interface Door {
  readonly node: number
  readonly url: string
}

export interface LineOptions {
  readonly client: string
  readonly person: string
  /** Where it may connect to; one is drawn for each attempt. */
  readonly doors: readonly Door[]
  readonly random: Random
  readonly log: Log
  readonly nameOf: (id: string) => string
  readonly token: () => string
  /** Something was heard, and written down. */
  readonly onFact: (fact: Fact) => void
  /** The server knows who this is; what is heard from now on is complete. */
  readonly onOpen: () => void
  /** Whatever comes next comes on another connection. */
  readonly onLost: () => void
}

/** How long a server may take to answer a connection that stands, in milliseconds. */
const answerLimit = 10_000
/** How long a server may take to let somebody in. */
const connectLimit = 5000
/** Between two attempts to connect, in milliseconds. */
const pauseMs = { from: 50, to: 300 }

export class Line {
  readonly #options: LineOptions
  #socket: Socket | null = null
  #timer: NodeJS.Timeout | null = null
  #open = false
  #wanted = true
  #door: Door | null = null
  #waiting: (() => void)[] = []

  constructor(options: LineOptions) {
    this.#options = options
    this.#connect()
  }

  /** Whether the server knows who this is. */
  get open(): boolean {
    return this.#open
  }

  /** Where it is connected to, or tries to be. */
  get node(): number | null {
    return this.#door?.node ?? null
  }

  /** The answer to one command; rejects where none comes. Who gets none has lost faith in the connection. */
  async ask(name: string, input: unknown): Promise<unknown> {
    const socket = this.#socket
    if (socket === null || !this.#open) throw new Error('not connected')
    try {
      return await socket.timeout(answerLimit).emitWithAck(name, input)
    } catch (error) {
      if (socket === this.#socket && socket.connected) this.hangUp()
      throw error
    }
  }

  tell(name: string, input: unknown): void {
    this.#socket?.emit(name, input)
  }

  /** Resolves when the server knows who this is; false where the line was closed instead. */
  async online(): Promise<boolean> {
    while (!this.#open && (this.#wanted || this.#timer !== null)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return this.#open
  }

  /** Breaks the connection without a word, as a tunnel does, and comes back. */
  hangUp(): void {
    if (this.#open) this.#socket?.io.engine?.close()
  }

  /** Gives the connection up and comes back as whoever `token` then is. */
  renew(): void {
    this.#end()
  }

  /** Takes nothing more from the connection until the returned function is called. */
  stopReading(): () => void {
    const transport = this.#socket?.io.engine?.transport as { ws?: { pause(): void; resume(): void } } | undefined
    transport?.ws?.pause()
    return () => transport?.ws?.resume()
  }

  /** Hangs up, and comes back after so many milliseconds. */
  stayAway(ms: number): void {
    this.#wanted = false
    this.#end()
    this.#again(ms, () => {
      this.#wanted = true
      this.#connect()
    })
  }

  close(): void {
    this.#wanted = false
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#end()
    this.#wake()
  }

  #end(): void {
    const socket = this.#socket
    socket?.disconnect()
    // One that was never connected ends without a word.
    if (socket !== null) this.#lost(socket)
  }

  #connect(): void {
    const { doors, random, token, client } = this.#options
    const door = random.pick(doors)
    this.#door = door
    const socket = io(door.url, {
      auth: { protocol: 1, token: token() },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: connectLimit,
    })
    this.#socket = socket
    const late = setTimeout(() => socket === this.#socket && !this.#open && this.#end(), connectLimit)
    const { log, person, nameOf, onFact } = this.#options
    socket.on('connect', () => log.write({ kind: 'connected', client, person, node: door.node }))
    socket.on(authenticated.name, () => this.#opened())
    socket.on('disconnect', (reason: string) => {
      clearTimeout(late)
      const by = reason === 'forced close' || reason === 'io client disconnect' ? 'client' : 'server'
      log.write({ kind: 'disconnected', client, by })
      this.#lost(socket)
    })
    socket.on('connect_error', () => this.#lost(socket))
    socket.onAny((event: string, payload: unknown) => {
      const fact = factOf(event, payload, client, nameOf)
      if (fact === null) return
      log.write(fact)
      onFact(fact)
    })
  }

  #opened(): void {
    this.#open = true
    this.#options.log.write({ kind: 'authenticated', client: this.#options.client })
    this.#options.onOpen()
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #lost(socket: Socket): void {
    if (socket !== this.#socket) return
    this.#socket = null
    this.#open = false
    socket.removeAllListeners()
    socket.disconnect()
    this.#options.onLost()
    if (this.#wanted) this.#again(this.#options.random.whole(pauseMs.from, pauseMs.to), () => this.#connect())
  }

  #again(ms: number, act: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      act()
    }, ms)
  }
}
