import type { PublicUser } from '@parley/protocol/users'
import { z } from 'zod'
import type { Viewer } from '../../core/call.ts'
import type { Attendance } from '../../core/live.ts'
import { Elsewhere } from './elsewhere.ts'
import type { PresenceDeps } from './presence.deps.ts'
import { createTeller, type Teller } from './tell-presence.ts'
import { Watches } from './watches.ts'

export interface AttendanceBook extends Attendance {
  statusOf(userId: string): PublicUser['status']
  /** From now on the session hears of these people's coming and going, and of nobody else's. */
  watch(viewer: Viewer, userIds: readonly string[]): void
  /** The session was answered that these people are there. */
  shown(viewer: Viewer, userIds: readonly string[]): void
  /** Tells those who watch somebody on any node, or these of them, what they may see of that person now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  /** Hears of who is on other nodes; returns what ends that. */
  start(): Promise<() => Promise<void>>
  stop(): void
}

/** Somebody whose last socket closed counts as there for this long, in milliseconds: a reload is no absence (S3). */
const graceMs = 5_000

const sights = 'sights'
const SightChanged = z.object({ userId: z.string(), viewerIds: z.array(z.string()).optional() })

/** Who is there, on this node or another. `gone` hears of everybody whose last socket here closed, at once. */
export class Attendances implements AttendanceBook {
  readonly #deps: PresenceDeps
  readonly #gone: (userId: string) => void
  /** Of each person here: the sessions of their sockets. */
  readonly #sockets = new Map<string, Map<string, string>>()
  readonly #leaving = new Map<string, NodeJS.Timeout>()
  readonly #watches = new Watches()
  readonly #teller: Teller
  readonly #elsewhere: Elsewhere

  constructor(deps: PresenceDeps, gone: (userId: string) => void) {
    this.#deps = deps
    this.#gone = gone
    this.#teller = createTeller(deps, this.#watches)
    this.#elsewhere = new Elsewhere({
      ...deps,
      came: (userIds) => this.#cameElsewhere(userIds),
      left: (userIds) => this.#tellIfGone(userIds),
      lost: (userIds, nodeIsGone) => this.#lost(userIds, nodeIsGone),
    })
    deps.cluster.on(sights, (message) => {
      const { userId, viewerIds } = SightChanged.parse(message)
      return this.#teller.sightChanged(userId, viewerIds)
    })
    deps.cluster.onRegained(() => this.#teller.catchUp())
  }

  statusOf(userId: string): PublicUser['status'] {
    return this.#isThere(userId) ? 'online' : 'offline'
  }

  start(): Promise<() => Promise<void>> {
    return this.#elsewhere.start()
  }

  /** Whose last socket closed in the meantime watches nobody: nothing would ever end it. */
  watch(viewer: Viewer, userIds: readonly string[]): void {
    if (this.#isConnected(viewer)) this.#watches.set(viewer, userIds)
  }

  shown({ sessionId }: Viewer, userIds: readonly string[]): void {
    for (const userId of userIds) {
      const watcher = this.#watches.of(userId).get(sessionId)
      if (watcher !== undefined) watcher.sawOnline = true
    }
  }

  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void> {
    return this.#deps.cluster.everywhere(sights, { userId, viewerIds })
  }

  arrived({ userId, sessionId }: Viewer, socketId: string): void {
    const own = this.#sockets.get(userId)
    if (own !== undefined) {
      own.set(socketId, sessionId)
      return
    }
    const wasThere = this.#isThere(userId)
    this.#sockets.set(userId, new Map([[socketId, sessionId]]))
    clearTimeout(this.#leaving.get(userId))
    this.#leaving.delete(userId)
    this.#elsewhere.come(userId)
    if (!wasThere) void this.#teller.changed({ userId, status: 'online', lastSeen: null })
  }

  left(viewer: Viewer, socketId: string): void {
    const { userId } = viewer
    const own = this.#sockets.get(userId)
    own?.delete(socketId)
    if (!this.#isConnected(viewer)) this.#watches.set(viewer, [])
    if (own === undefined || own.size > 0) return
    this.#sockets.delete(userId)
    this.#gone(userId)
    this.#afterGrace(userId, () => {
      this.#elsewhere.leave(userId)
      this.#remember(userId)
    })
  }

  stop(): void {
    this.#teller.stop()
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    this.#leaving.clear()
  }

  /** Whether the viewer's session has a socket here. */
  #isConnected({ userId, sessionId }: Viewer): boolean {
    return [...(this.#sockets.get(userId)?.values() ?? [])].includes(sessionId)
  }

  #isThere(userId: string): boolean {
    return this.#sockets.has(userId) || this.#leaving.has(userId) || this.#elsewhere.has(userId)
  }

  #cameElsewhere(userIds: readonly string[]): void {
    const known = (userId: string) => this.#sockets.has(userId) || this.#leaving.has(userId)
    for (const userId of userIds) if (!known(userId)) void this.#teller.changed({ userId, status: 'online', lastSeen: null })
  }

  /** A node that died remembered nothing of its people; one of the others does it in its place. */
  #lost(userIds: readonly string[], nodeIsGone: boolean): void {
    const { cluster } = this.#deps
    const remembers = nodeIsGone && cluster.liveNodes()[0] === cluster.nodeId
    for (const userId of userIds.filter((each) => !this.#isThere(each))) {
      this.#afterGrace(userId, () => remembers && !this.#isThere(userId) && this.#remember(userId))
    }
  }

  #afterGrace(userId: string, depart: () => void): void {
    const timer = setTimeout(() => {
      this.#leaving.delete(userId)
      depart()
      this.#tellIfGone([userId])
    }, graceMs)
    this.#leaving.set(userId, timer)
  }

  #tellIfGone(userIds: readonly string[]): void {
    const lastSeen = new Date(this.#deps.clock.now()).toISOString()
    for (const userId of userIds) if (!this.#isThere(userId)) void this.#teller.changed({ userId, status: 'offline', lastSeen })
  }

  #remember(userId: string): void {
    const { seen, clock, log } = this.#deps
    const kept = seen(userId, new Date(clock.now()))
    kept.catch((error: unknown) => log.warn({ err: error }, 'unable to remember when somebody was last there'))
  }
}
