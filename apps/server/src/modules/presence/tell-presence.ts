/** Telling those who watch somebody that they came or went, each what the person lets them see. */
import { userStatusChanged } from '@parley/protocol/presence'
import type { PublicUser } from '@parley/protocol/users'
import type { Log } from '../../core/log.ts'
import type { Sight } from '../users/users.module.ts'
import type { PresenceDeps } from './presence.deps.ts'
import type { Watcher, Watches } from './watches.ts'

interface State {
  readonly userId: string
  readonly status: PublicUser['status']
  readonly lastSeen: string | null
}

export interface Teller {
  /**
   * Only to whom it makes a difference: who may see no more than when somebody was last there learns nothing by their coming,
   * and who may see nothing any more learns at most once that this person is not there.
   */
  changed(state: State): Promise<void>
  /** Tells all who watch somebody, or these of them, what they may see now. */
  sightChanged(userId: string, viewerIds?: readonly string[]): Promise<void>
  /** Tells what could not be told while this process had no right to write. */
  catchUp(): void
  stop(): void
}

/** Who may see somebody is asked again after this, in milliseconds, where the database is away; so often. */
const retryMs = 1000
const tries = 10

const blind: Sight = { online: false, lastSeen: false }

export function createTeller({ live, cluster, log, sightOf, findFor }: PresenceDeps, watches: Watches): Teller {
  const turns = new Turns(log)
  const untold = new Set<string>()

  /** One event for all who see the same of it. */
  const show = ({ userId, status, lastSeen }: State, sights: ReadonlyMap<string, Sight>, isTold: (watcher: Watcher) => boolean) => {
    if (!cluster.writable) {
      untold.add(userId)
      return
    }
    const watchers = [...watches.of(userId)].filter(([, watcher]) => isTold(watcher))
    const groups = Map.groupBy(watchers, ([, { viewerId }]) => JSON.stringify(sights.get(viewerId) ?? blind))
    for (const group of groups.values()) {
      const [, { viewerId }] = group[0] as [string, Watcher]
      const { online, lastSeen: dated } = sights.get(viewerId) ?? blind
      const seen = { userId, status: online ? status : 'offline', customStatus: null, lastSeen: dated ? lastSeen : null } as const
      for (const [, watcher] of group) watcher.sawOnline = seen.status !== 'offline'
      live.toSessions(
        group.map(([sessionId]) => sessionId),
        userStatusChanged,
        seen,
      )
    }
  }

  const sightChanged = (userId: string, viewerIds?: readonly string[]) =>
    turns.take(userId, async () => {
      const sights = await sightOf(userId, viewerIds ?? viewersOf(watches, userId))
      const own = (await findFor(userId, [userId])).get(userId)
      const state = { userId, status: own?.status ?? 'offline', lastSeen: own?.lastSeen ?? null }
      show(state, sights, ({ viewerId }) => viewerIds === undefined || viewerIds.includes(viewerId))
    })

  return {
    changed: (state) =>
      turns.take(state.userId, async () => {
        const sights = await sightOf(state.userId, viewersOf(watches, state.userId))
        show(state, sights, ({ viewerId, sawOnline }) => {
          const sight = sights.get(viewerId)
          return sawOnline || sight?.online || (sight !== undefined && state.status === 'offline')
        })
      }),
    sightChanged,
    catchUp() {
      const missed = [...untold]
      untold.clear()
      for (const userId of missed) void sightChanged(userId)
    },
    stop: () => turns.stop(),
  }
}

const viewersOf = (watches: Watches, userId: string): string[] => [
  ...new Set(Array.from(watches.of(userId).values(), ({ viewerId }) => viewerId)),
]

/** One after the other for each person, since every telling asks first who may see it. Never rejects: what is true for a moment may get lost. */
class Turns {
  readonly #log: Log
  readonly #last = new Map<string, Promise<void>>()
  #stopped = false

  constructor(log: Log) {
    this.#log = log
  }

  take(userId: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(userId) ?? Promise.resolve()).then(() => this.#insist(work))
    this.#last.set(userId, turn)
    return turn.finally(() => {
      if (this.#last.get(userId) === turn) this.#last.delete(userId)
    })
  }

  stop(): void {
    this.#stopped = true
  }

  async #insist(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        return await work()
      } catch (error) {
        this.#log.warn({ err: error }, 'unable to tell who is there')
        if (attempt === tries) return
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }
}
