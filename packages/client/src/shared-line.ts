/**
 * One connection for all tabs of an account. The tabs elect a leader by a lock, which has the only socket; the others follow
 * it over a BroadcastChannel. To whoever uses it, a change of leader is what a loss of the connection is: what was under way
 * fails, and everybody comes online again and catches up.
 */
import { Connection, type ConnectionOptions } from './connection.ts'
import type { ConnectionState } from './events.ts'
import type { Line, Opened, SessionChange } from './line.ts'
import type { Input } from './method.ts'
import { asParleyError, clientClosed, lineLost, type ParleyError, sessionEnded } from './parley-error.ts'
import { TabFollower } from './tab-follower.ts'
import { TabLeader } from './tab-leader.ts'
import { TabOffice } from './tab-locks.ts'
import type { LineState, Passed, TabMessage, Wish } from './tab-messages.ts'

export interface SharedLineOptions extends ConnectionOptions {
  /** What all tabs of this account, and no others, have in common. */
  readonly name: string
  /** Who this tab's requests speak for. */
  readonly whoAmI: () => Promise<string | undefined>
  /** Another tab logged in or out, or learnt that the session is over. */
  readonly onChangeElsewhere: (change: SessionChange) => void
  /** In another tab somebody said that a message isn't to be sent after all. */
  readonly onDiscardedElsewhere: (tempId: string) => void
  /** Somebody else logged in in another tab: the person whose connection this was isn't any more. */
  readonly onReplaced: () => void
}

interface Unreferenced {
  unref(): void
}

/** Somebody's `open()`. */
interface Waiting {
  readonly resolve: (opened: Opened) => void
  readonly reject: (error: ParleyError) => void
}

const offline: LineState = { state: 'offline', opened: undefined }
const connecting: LineState = { state: 'connecting', opened: undefined }

export class SharedLine implements Line {
  readonly #options: SharedLineOptions
  readonly #channel: BroadcastChannel
  readonly #office: TabOffice
  /** One of them while the connection is wanted. */
  #leader: TabLeader | undefined
  #follower: TabFollower | undefined
  #line: LineState = offline
  #wanted = false
  #closed = false
  #waiting: Waiting[] = []
  #lostAt: string | undefined
  /** Whose connection it was last; undefined after somebody logged in or out. */
  #userId: string | undefined
  /** Whose it was before another tab logged in. */
  #formerId: string | undefined

  constructor(options: SharedLineOptions) {
    this.#options = options
    this.#channel = new BroadcastChannel(options.name)
    // In Node, a channel alone is no reason to go on running.
    ;(this.#channel as Partial<Unreferenced>).unref?.()
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => this.#receive(data)
    this.#office = new TabOffice({ name: options.name, onHeld: () => this.#lead(), onTaken: () => this.#stepDown() })
  }

  get state(): ConnectionState {
    return this.#line.state
  }

  get opened(): Opened | undefined {
    return this.#line.opened
  }

  open(): Promise<Opened> {
    this.#closed = false
    this.#wanted = true
    if (this.#line.opened !== undefined) return Promise.resolve(this.#line.opened)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#takePart()
    })
  }

  want(): void {
    if (this.#closed) return
    this.#wanted = true
    if (this.#line.state === 'offline') this.#takePart()
  }

  sessionChanged(change: SessionChange): void {
    this.#channel.postMessage({ kind: 'session', change } satisfies TabMessage)
    this.#sessionIs(change)
  }

  discarded(tempId: string): void {
    this.#channel.postMessage({ kind: 'discarded', tempId } satisfies TabMessage)
  }

  close(): void {
    this.#closed = true
    this.#wanted = false
    this.#office.resign()
    this.#leader?.end()
    this.#leader = undefined
    this.#follower?.end(clientClosed())
    this.#follower = undefined
    this.#enter(offline)
    this.#reject(clientClosed())
  }

  async command(name: string, input: Input, userId: string): Promise<unknown> {
    const way = this.#leader?.connection ?? this.#follower
    if (way === undefined) throw lineLost()
    return way.command(name, input, userId)
  }

  #receive(message: TabMessage) {
    if (message.kind === 'session') {
      if (message.change === 'login') this.#formerId ??= this.#userId
      this.#sessionIs(message.change)
      this.#options.onChangeElsewhere(message.change)
    } else if (message.kind === 'discarded') this.#options.onDiscardedElsewhere(message.tempId)
    else if (message.kind === 'hello' || message.kind === 'command') this.#leader?.receive(message)
    else this.#follower?.receive(message)
  }

  #takePart() {
    if (this.#leader !== undefined) return this.#openAsLeader(this.#leader)
    if (this.#line.state === 'offline') this.#enter(connecting)
    if (this.#follower !== undefined) this.#follower.greet()
    else this.#follow()
  }

  #follow() {
    this.#office.queue()
    this.#follower = new TabFollower({
      post: (message) => this.#channel.postMessage(message),
      wish: () => this.#wish(),
      timeoutMs: this.#options.timeoutMs,
      isOurs: (line) => this.#isOurs(line),
      onPassed: (passed) => this.#passed(passed),
      onForeign: () => this.#channel.postMessage({ kind: 'session', change: 'login' } satisfies TabMessage),
      onNotOpen: (error) => this.#reject(error),
      onSilence: () => this.#office.take(),
    })
  }

  #wish(): Wish {
    if (this.#waiting.length > 0) return 'now'
    return this.#line.state === 'offline' ? 'none' : 'quietly'
  }

  #lead() {
    this.#follower?.end(lineLost())
    this.#follower = undefined
    if (this.#line.state === 'online') this.#enter(connecting)
    this.#leader = new TabLeader({
      connect: (events) => new Connection({ ...this.#options, events }),
      post: (message) => this.#channel.postMessage(message),
      onPassed: (passed) => this.#passed(passed),
    })
    this.#openAsLeader(this.#leader)
  }

  #openAsLeader({ connection }: TabLeader) {
    connection.open().catch((error: unknown) => this.#reject(asParleyError(error)))
  }

  /** We slept, and another tab leads now. */
  #stepDown() {
    this.#leader?.end()
    this.#leader = undefined
    if (this.#line.state === 'online') this.#enter(connecting)
    this.#follow()
  }

  #passed(passed: Passed) {
    if (passed.kind === 'state') this.#enter(passed.line)
    else this.#options.events.emit(passed.event.name, passed.event.payload)
  }

  async #isOurs({ opened }: LineState): Promise<boolean> {
    const { id } = opened?.user ?? {}
    return id !== undefined && (id === this.#userId || id === (await this.#options.whoAmI()))
  }

  #sessionIs(change: SessionChange) {
    this.#userId = undefined
    if (this.#leader !== undefined) return this.#leader.connection.sessionChanged(change)
    this.#enter(offline)
    this.#reject(sessionEnded())
    if (change === 'login' && this.#wanted) this.#enter(connecting)
    this.#follower?.restart(sessionEnded())
  }

  /** What happened while the connection was lost wasn't heard: who listens is told when it's back. */
  #enter(line: LineState) {
    const before = this.#line
    this.#line = line
    if (line.opened !== undefined) this.#belongsTo(line.opened)
    if (line.state === 'offline') this.#lostAt = undefined
    else if (before.state === 'online' && line.state === 'connecting') this.#lostAt ??= new Date().toISOString()
    if (before.state !== line.state) this.#options.events.emit('connection', line.state)
    if (line.opened === undefined || this.#line !== line) return
    for (const { resolve } of this.#waiting.splice(0)) resolve(line.opened)
    const lostAt = this.#lostAt
    this.#lostAt = undefined
    if (lostAt !== undefined) this.#options.events.emit('reconnected', { lostAt })
  }

  #belongsTo({ user }: Opened) {
    const replaced = this.#formerId !== undefined && this.#formerId !== user.id
    this.#formerId = undefined
    this.#userId = user.id
    if (replaced) this.#options.onReplaced()
    this.#options.session.confirm()
  }

  #reject(error: ParleyError) {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
