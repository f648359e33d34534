/**
 * Mounts any contract's commands on Socket.IO. A socket is bound to its session and dies with it; until it has one,
 * `authenticate` is all that it may say.
 */
import type { Server as HttpServer } from 'node:http'
import { authenticate, authenticated, authenticationError } from '@parley/protocol/auth'
import type { Event, PayloadOf } from '@parley/protocol/define'
import { serverClosing } from '@parley/protocol/operations'
import type { OwnUser } from '@parley/protocol/users'
import { Server } from 'socket.io'
import type { Binding, Viewer } from '../core/call.ts'
import { AppError } from '../core/errors.ts'
import type { Attendance, Live, Said } from '../core/live.ts'
import { followBacklog, hangUp } from './backlog.ts'
import { Burst } from './burst.ts'
import { CoalescingAdapter } from './coalescing-adapter.ts'
import { Commands, type Spoken } from './commands.ts'
import { type Doors, pass } from './doors.ts'
import { acknowledgement, type Families } from './families.ts'
import { bindByWord, handshakeFamily, handshakeToken } from './handshake.ts'
import { isListed, type OriginRule } from './origins.ts'
import { type Acknowledge, contextOf, emit, forgetRequest, type ParleySocket, type SocketData } from './parley-socket.ts'
import { clientAddress, type TrustProxy, type Trusts, trusted } from './proxies.ts'
import { answerFailure, connectError } from './socket-failure.ts'

export interface SocketSettings {
  readonly trustProxy: TrustProxy
  readonly origins: OriginRule
  readonly families: Families
  readonly maxPacketBytes: number
  /** How long a socket may stay without a session, in milliseconds. */
  readonly authenticationMs: number
  /** Whether this process may write events, asked before every one (P2). */
  readonly cluster: { readonly writable: boolean }
}

export interface SocketDoors extends Doors {
  authenticate(token: string): Promise<Viewer | null>
  /** Whether the session still stands; asked before every command. */
  stillValid(viewer: Viewer): Promise<boolean>
  /** Who the `authenticated` event tells a client that it is. */
  describe(viewer: Viewer): Promise<OwnUser | null>
  readonly attendance: Attendance
}

// A user's room bears the id alone: it's looked up for each recipient of each message.
const sessionRoom = (sessionId: string) => `session:${sessionId}`

export class SocketHub implements Live {
  readonly #io: Server<Record<string, never>, Record<string, (payload: unknown) => void>, Record<string, never>, SocketData>
  readonly #settings: SocketSettings
  readonly #trusts: Trusts
  readonly #running = new Set<Promise<void>>()
  #commands = new Commands([], [])
  #doors: SocketDoors | null = null

  constructor(settings: SocketSettings) {
    this.#settings = settings
    this.#trusts = trusted(settings.trustProxy)
    this.#io = new Server({
      adapter: CoalescingAdapter,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: settings.maxPacketBytes,
      cors: { credentials: true, origin: (origin, allow) => allow(null, origin !== undefined && isListed(settings.origins, origin)) },
    })
  }

  /** How many sockets are connected. */
  get size(): number {
    return this.#io.of('/').sockets.size
  }

  sessionIds(): string[] {
    const viewers = Array.from(this.#io.of('/').sockets.values(), (socket) => socket.data.viewer)
    return [...new Set(viewers.flatMap((viewer) => viewer?.sessionId ?? []))]
  }

  mount(bindings: readonly Binding[], doors: SocketDoors): void {
    this.#doors = doors
    this.#commands = new Commands(bindings, this.#settings.families.all)
    this.#io.use((socket, next) => {
      this.#handshake(socket).then(
        () => next(),
        (error: unknown) => next(connectError(this.#known(error))),
      )
    })
    this.#io.on('connection', (socket) => this.#welcome(socket))
  }

  attach(server: HttpServer): void {
    this.#io.attach(server)
  }

  toUsers<E extends Event>(userIds: Iterable<string>, event: E, payload: PayloadOf<E>): void {
    this.allToUsers(userIds, [{ event, payload }])
  }

  allToUsers(userIds: Iterable<string>, said: readonly Said[]): void {
    if (this.#settings.cluster.writable) this.#adapter.write(userIds, new Burst(said))
  }

  toSessions<E extends Event>(sessionIds: Iterable<string>, event: E, payload: PayloadOf<E>): void {
    if (this.#settings.cluster.writable) this.#adapter.write(Array.from(sessionIds, sessionRoom), new Burst([{ event, payload }]))
  }

  userIds(): string[] {
    const viewers = Array.from(this.#io.of('/').sockets.values(), (socket) => socket.data.viewer)
    return [...new Set(viewers.flatMap((viewer) => viewer?.userId ?? []))]
  }

  isHere(userId: string): boolean {
    return this.#io.of('/').adapter.rooms.has(userId)
  }

  endSessions(sessionIds: readonly string[]): void {
    if (sessionIds.length > 0) this.#io.local.in(sessionIds.map(sessionRoom)).disconnectSockets(true)
  }

  /** Answers the commands that are under way, tells every client to come back at a moment of its own within `withinMs`, and closes its socket. */
  async close(withinMs: number): Promise<void> {
    await Promise.all(this.#running)
    const leaving = Array.from(this.#io.of('/').sockets.values(), (socket) => {
      emit(socket, serverClosing, { reconnectInMs: Math.round(Math.random() * withinMs) })
      return hangUp(socket.conn)
    })
    await Promise.all(leaving)
    await this.#io.close()
  }

  async #handshake(socket: ParleySocket): Promise<void> {
    socket.data.viewer = null
    socket.data.ip = clientAddress(socket.handshake, this.#trusts)
    socket.data.userAgent = (socket.handshake.headers['user-agent'] ?? '').slice(0, 500)
    Object.assign(socket.data, handshakeFamily(socket.handshake, this.#settings.families))
    const token = handshakeToken(socket.handshake, this.#settings.origins)
    if (token === null) return
    const viewer = await this.#ready.authenticate(token)
    if (viewer === null) throw new AppError('UNAUTHENTICATED')
    socket.data.viewer = viewer
  }

  #welcome(socket: ParleySocket): void {
    followBacklog(socket.conn)
    forgetRequest(socket)
    // The protocol allows numbers as names as well.
    socket.onAny((name: string | number, ...rest: unknown[]) => this.#follow(this.#command(socket, String(name), rest)))
    socket.on('error', (error: unknown) => this.#ready.log.debug({ err: error }, 'a socket failed'))
    if (socket.data.viewer !== null) {
      this.#admit(socket, socket.data.viewer).catch((error: unknown) => this.#dismiss(socket, this.#known(error)))
      return
    }
    const deadline = setTimeout(() => {
      if (socket.data.viewer === null) this.#dismiss(socket, new AppError('UNAUTHENTICATED', { message: 'No authentication in time.' }))
    }, this.#settings.authenticationMs)
    socket.once('disconnect', () => clearTimeout(deadline))
  }

  /** Joins the rooms of the viewer first and asks after the session second, so that a revocation in between is seen by one of the two. */
  async #admit(socket: ParleySocket, viewer: Viewer): Promise<OwnUser> {
    socket.data.viewer = viewer
    await socket.join([viewer.userId, sessionRoom(viewer.sessionId)])
    if (!(await this.#ready.stillValid(viewer))) throw new AppError('UNAUTHENTICATED')
    this.#attend(socket, viewer)
    const user = await this.#ready.describe(viewer)
    if (user === null) throw new AppError('UNAUTHENTICATED')
    emit(socket, authenticated, { user })
    if (socket.data.family !== null) this.#follow(this.#commands.open(this.#ready, socket))
    return user
  }

  #attend(socket: ParleySocket, viewer: Viewer): void {
    const { attendance } = this.#ready
    if (!socket.connected) return
    attendance.arrived(viewer, socket.id)
    socket.once('disconnect', () => attendance.left(viewer, socket.id))
  }

  /** Closes a socket that could not be let in. One whose session is good only loses its connection, and comes back by itself. */
  #dismiss(socket: ParleySocket, error: AppError): void {
    if (error.code !== 'UNAUTHENTICATED') {
      socket.conn.close()
      return
    }
    emit(socket, authenticationError, { message: error.message })
    socket.disconnect(true)
  }

  #follow(command: Promise<void>): void {
    const running = command.finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #command(socket: ParleySocket, name: string, rest: unknown[]): Promise<void> {
    const last = rest.at(-1)
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : null
    const [input] = acknowledge === null ? rest : rest.slice(0, -1)
    if (bindByWord(socket.data, name, this.#settings.families)) this.#follow(this.#commands.open(this.#ready, socket))
    const { family } = socket.data
    try {
      const output = name === authenticate.name ? await this.#authenticate(socket, input) : await this.#run(socket, { family, name, input })
      acknowledge?.(acknowledgement(family, output))
    } catch (error) {
      answerFailure(socket, { name: family?.commands.get(name)?.native.name ?? name, input, acknowledge }, this.#known(error))
    }
  }

  async #run(socket: ParleySocket, spoken: Omit<Spoken, 'viewer'>): Promise<object> {
    const { viewer } = socket.data
    if (viewer === null || !(await this.#ready.stillValid(viewer))) {
      if (viewer !== null) socket.disconnect(true)
      throw new AppError('UNAUTHENTICATED')
    }
    return this.#commands.run(this.#ready, socket, { ...spoken, viewer })
  }

  async #authenticate(socket: ParleySocket, input: unknown): Promise<object> {
    try {
      const handler = async ({ input: { token } }: { input: { token: string } }) => {
        const viewer = await this.#ready.authenticate(token)
        if (viewer === null) throw new AppError('UNAUTHENTICATED', { message: 'The token is not valid.' })
        if (socket.data.viewer !== null) throw new AppError('UNAUTHENTICATED', { message: 'This socket is authenticated already.' })
        const admitted = this.#admit(socket, viewer)
        // It's in the rooms of its viewer already, and would go on hearing what is said there.
        admitted.catch((error: unknown) => this.#dismiss(socket, this.#known(error)))
        return { user: await admitted }
      }
      const binding: Binding = { definition: authenticate, handler: handler as Binding['handler'] }
      return (await pass(this.#ready, binding, { viewer: null, input: () => input ?? {}, context: contextOf(socket) })) as object
    } catch (error) {
      emit(socket, authenticationError, { message: this.#known(error).message })
      throw error
    }
  }

  #known(error: unknown): AppError {
    if (error instanceof AppError) return error
    this.#ready.log.error({ err: error }, 'unable to serve a socket; an unexpected error')
    return new AppError('INTERNAL', { cause: error })
  }

  get #adapter(): CoalescingAdapter {
    return this.#io.of('/').adapter as CoalescingAdapter
  }

  get #ready(): SocketDoors {
    if (this.#doors === null) throw new Error('unable to serve sockets; nothing is mounted yet')
    return this.#doors
  }
}
