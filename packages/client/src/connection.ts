/**
 * The socket: opened as somebody, kept open, and opened again after every loss. Socket.IO's own reconnection is off,
 * because it stops where the server closed the connection itself and knows neither expired tokens nor announced restarts.
 */
import { io, type Socket } from 'socket.io-client'
import { waitAfter } from './backoff.ts'
import type { ConnectionState, Emitter } from './events.ts'
import type { Line, Opened, SessionChange } from './line.ts'
import type { Input } from './method.ts'
import { asParleyError, clientClosed, failureIn, lineLost, ParleyError, sessionEnded } from './parley-error.ts'
import type { Session } from './session.ts'

export interface ConnectionOptions {
  readonly url: string
  readonly session: Session
  /** Whether the browser's cookie says who we are, rather than a token. */
  readonly byCookie: boolean
  readonly events: Pick<Emitter, 'emit'>
  /** Milliseconds for connecting, and for each acknowledgement. */
  readonly timeoutMs: number
}

/** Somebody's `open()`. */
interface Waiting {
  readonly resolve: (opened: Opened) => void
  readonly reject: (error: ParleyError) => void
}

/** A connection that held this long, in milliseconds, starts counting attempts anew. */
const stableMs = 10_000

export class Connection implements Line {
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  #state: ConnectionState = 'offline'
  /** Whether there is to be a connection while somebody is logged in. */
  #wanted = false
  #closed = false
  #opened: Opened | undefined
  #waiting: Waiting[] = []
  #timer: { readonly id: ReturnType<typeof setTimeout>; readonly endsAt: number; readonly action: () => void } | undefined
  /** Between two attempts. */
  #pausing = false
  /** Of the attempt under way: an older one that comes back late must not touch anything. */
  #epoch = 0
  #token: string | undefined
  #tokenReplaced = false
  #failures = 0
  #onlineSince = 0
  #lostAt: string | undefined
  #announcedWaitMs: number | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { origin, pathname } = new URL(options.url)
    this.#socket = io(origin, {
      path: `${pathname.replace(/\/$/, '')}/socket.io`,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      withCredentials: options.byCookie,
      timeout: options.timeoutMs,
      autoConnect: false,
      reconnection: false,
      forceNew: true,
    })
    this.#listen()
  }

  get state(): ConnectionState {
    return this.#state
  }

  get opened(): Opened | undefined {
    return this.#opened
  }

  open(): Promise<Opened> {
    this.#closed = false
    this.#wanted = true
    if (this.#state === 'online' && this.#opened !== undefined) return Promise.resolve(this.#opened)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      // Between two attempts there's no reason to wait for the second.
      if (this.#state === 'offline' || this.#pausing) void this.#attempt()
    })
  }

  want(): void {
    if (this.#closed) return
    this.#wanted = true
    if (this.#state === 'offline') void this.#attempt()
  }

  sessionChanged(change: SessionChange): void {
    this.#drop(sessionEnded())
    if (change === 'login' && this.#wanted) void this.#attempt()
  }

  /** A connection of one's own: there is nobody else. */
  discarded(): void {}

  close(): void {
    this.#closed = true
    this.#wanted = false
    this.#drop(clientClosed())
  }

  async command(name: string, input: Input, userId: string): Promise<unknown> {
    if (this.#opened?.user.id !== userId) throw lineLost()
    const { timeoutMs } = this.#options
    const asked = this.#socket.timeout(timeoutMs).emitWithAck(name, input)
    // A socket that finds itself dead keeps what it is given for the next connection, which may be another person's.
    this.#socket.sendBuffer = []
    const answer: unknown = await asked.catch((error: unknown) => {
      if (!this.#socket.connected) throw asParleyError(error)
      throw new ParleyError('TIMEOUT', `unable to get an answer to ${name}; none came within ${timeoutMs} ms`, { cause: error })
    })
    if (typeof answer !== 'object' || answer === null || !('success' in answer)) {
      throw new ParleyError('BAD_ANSWER', `unable to read the answer to ${name}`)
    }
    if (answer.success !== true) throw failureIn(answer) ?? new ParleyError('BAD_ANSWER', `unable to read why ${name} failed`)
    const { success: _, ...payload } = answer
    return payload
  }

  /** Does what the time has come for. In the background a browser lets timers fire up to a minute late. */
  catchUpOnTime(): void {
    const timer = this.#timer
    if (timer === undefined || performance.now() < timer.endsAt) return
    clearTimeout(timer.id)
    this.#timer = undefined
    timer.action()
  }

  #listen() {
    const socket = this.#socket
    socket.on('authenticated', (opened: Opened) => this.#online(opened))
    socket.on('authentication_error', ({ message }: { message: string }) => {
      void this.#failed(new ParleyError('UNAUTHENTICATED', message))
    })
    socket.on('server_closing', ({ reconnectInMs }: { reconnectInMs: number }) => {
      this.#announcedWaitMs = reconnectInMs
    })
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      // A refusal by the server carries its failure; without one there was no connection at all.
      void this.#failed(failureIn(error.data) ?? asParleyError(error))
    })
    socket.on('disconnect', (reason) => {
      if (reason !== 'io client disconnect') void this.#failed(asParleyError(reason))
    })
    socket.onAny((name, payload) => this.#options.events.emit(name, payload))
  }

  async #attempt() {
    const epoch = this.#begin('connecting')
    try {
      const token = await this.#options.session.accessToken()
      if (epoch !== this.#epoch) return
      if (token === undefined && !this.#options.byCookie) throw new ParleyError('UNAUTHENTICATED', 'unable to connect; please log in first')
      this.#token = token
    } catch (error) {
      if (epoch === this.#epoch) await this.#failed(asParleyError(error))
      return
    }
    const { timeoutMs } = this.#options
    this.#after(timeoutMs, () => {
      void this.#failed(new ParleyError('TIMEOUT', `unable to connect; the server did not let us in within ${timeoutMs} ms`))
    })
    this.#socket.auth = { protocol: 1, ...(this.#token !== undefined && { token: this.#token }) }
    this.#socket.connect()
  }

  #online(opened: Opened) {
    this.#begin('online', opened)
    this.#options.session.confirm()
    this.#tokenReplaced = false
    this.#onlineSince = Date.now()
    for (const { resolve } of this.#waiting.splice(0)) resolve(opened)
    const lostAt = this.#lostAt
    this.#lostAt = undefined
    if (lostAt !== undefined) this.#options.events.emit('reconnected', { lostAt })
  }

  /** An attempt came to nothing, or the connection was lost: what next depends on why. */
  async #failed(error: ParleyError) {
    const wasOnline = this.#state === 'online'
    if (wasOnline) {
      this.#lostAt ??= new Date().toISOString()
      if (Date.now() - this.#onlineSince > stableMs) this.#failures = 0
    }
    const epoch = this.#begin('connecting')
    this.#socket.disconnect()
    if (error.code === 'UNAUTHENTICATED' && !this.#tokenReplaced) {
      this.#tokenReplaced = true
      const token = await this.#options.session.replace(this.#token).catch((cause: unknown) => asParleyError(cause))
      if (epoch !== this.#epoch) return
      if (typeof token === 'string') return this.#attempt()
      return this.#giveUpOrWait(token ?? error)
    }
    this.#giveUpOrWait(error)
  }

  #giveUpOrWait(error: ParleyError) {
    const waitMs = this.#announcedWaitMs ?? waitAfter(error, this.#failures)
    this.#announcedWaitMs = undefined
    this.#failures += 1
    if (!error.retryable) return this.#drop(error)
    this.#reject(error)
    this.#pausing = true
    this.#after(waitMs, () => void this.#attempt())
  }

  /** Offline, and no more attempts. */
  #drop(error: ParleyError) {
    this.#begin('offline')
    this.#socket.disconnect()
    this.#tokenReplaced = false
    this.#failures = 0
    this.#lostAt = undefined
    this.#announcedWaitMs = undefined
    this.#reject(error)
  }

  #reject(error: ParleyError) {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  #after(milliseconds: number, action: () => void) {
    this.#timer = { id: setTimeout(action, milliseconds), endsAt: performance.now() + milliseconds, action }
  }

  /** Enters a state; whatever the former one waited for is off. */
  #begin(state: ConnectionState, opened?: Opened): number {
    clearTimeout(this.#timer?.id)
    this.#timer = undefined
    this.#pausing = false
    this.#opened = opened
    this.#epoch += 1
    if (state !== this.#state) {
      this.#state = state
      this.#options.events.emit('connection', state)
    }
    return this.#epoch
  }
}
