/**
 * A person's own stream: what only they see. Its log says which things changed and holds nothing of them, so readers
 * show each as it is now, and of each thing the last number alone is kept.
 */
import { syncPage, type UserEntry, userStream } from '@parley/protocol/streams'
import type { Live } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { OwnEntry } from './user-log.queries.ts'

type Kind = UserEntry['kind']
type StateOf<K extends Kind> = Omit<Extract<UserEntry, { kind: K }>, 'kind' | 'seq'>

/** Whose, and of what. */
export interface OwnTarget {
  readonly userId: string
  readonly targetId: string
}

/** How things of one kind are for their people now, in the order of `targets`; null where one is nothing to them any more, as in a chat they left (P1). */
export type OwnReader<K extends Kind> = (targets: readonly OwnTarget[]) => Promise<readonly (StateOf<K> | null)[]>

/** What the owners of content hand in: how their part of somebody's own stream reads. */
export type OwnReaders = { readonly [K in Kind]: OwnReader<K> }

/** A reader out of a function that reads for one person at a time, by target; what it leaves out is nothing to them any more. */
export const personByPerson =
  <K extends Kind>(read: (userId: string, targetIds: readonly string[]) => Promise<ReadonlyMap<string, StateOf<K>>>): OwnReader<K> =>
  async (targets) => {
    const groups = [...Map.groupBy(targets, ({ userId }) => userId)]
    const found = new Map(
      await Promise.all(
        groups.map(
          async ([userId, own]) =>
            [
              userId,
              await read(
                userId,
                own.map(({ targetId }) => targetId),
              ),
            ] as const,
        ),
      ),
    )
    return targets.map(({ userId, targetId }) => found.get(userId)?.get(targetId) ?? null)
  }

interface Parts {
  readonly live: Live
  readonly log: Log
  readonly readers: () => OwnReaders
}

/** The entries as their people see them now, each beside the entry it was; what is nothing to them any more is left out. */
export async function presentOwn(
  readers: OwnReaders,
  entries: readonly OwnEntry[],
): Promise<{ readonly userId: string; readonly entry: UserEntry }[]> {
  const kinds = [...Map.groupBy(entries, ({ kind }) => kind)]
  const shown = await Promise.all(
    kinds.map(async ([kind, own]) => {
      const states: readonly (object | null)[] = await readers[kind](own)
      return own.flatMap(({ userId, seq }, index) => {
        const state = states[index] ?? null
        return state === null ? [] : [{ userId, entry: { kind, seq, ...state } as UserEntry }]
      })
    }),
  )
  return shown.flat().sort((one, other) => one.entry.seq - other.entry.seq)
}

/** Tells the devices of each person what changed for them. What can't be told now is told by the next `sync`, so it never rejects. */
export async function tellOwn({ live, log, readers }: Parts, entries: readonly OwnEntry[]): Promise<void> {
  if (entries.length === 0) return
  try {
    const shown = await presentOwn(readers(), entries)
    for (const [userId, own] of Map.groupBy(shown, (each) => each.userId)) {
      for (let start = 0; start < own.length; start += syncPage) {
        live.toUsers([userId], userStream, { entries: own.slice(start, start + syncPage).map(({ entry }) => entry) })
      }
    }
  } catch (error) {
    log.error({ err: error }, 'unable to tell people what changed for them; their devices learn it when they next ask')
  }
}
