/**
 * A person's own stream: what only they see. Its log says which things changed and holds nothing of them, so readers
 * show each as it is now, and of each thing the last number alone is kept.
 */
import { type UserEntry, userStream } from '@parley/protocol/streams'
import { AppError } from '../../core/errors.ts'
import type { Broadcast } from '../../core/live.ts'
import type { Roster } from './roster.ts'
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
  readonly broadcast: Broadcast
  readonly cluster: { readonly writable: boolean }
  readonly readers: () => OwnReaders
  /** One that is no older than the membership of this person, where they are in. */
  readonly roster: (chatId: string, userId: string) => Promise<Roster | null>
}

interface Shown {
  readonly userId: string
  readonly entry: UserEntry
}

/** The entries as their people see them now, each beside the entry it was; what is nothing to them any more is left out. */
export async function presentOwn(readers: OwnReaders, entries: readonly OwnEntry[]): Promise<Shown[]> {
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

/** Tells the devices of each person what changed for them. */
export async function tellOwn(parts: Parts, entries: readonly OwnEntry[]): Promise<void> {
  if (entries.length === 0) return
  const shown = await presentOwn(parts.readers(), entries)
  const groups = Map.groupBy(shown, ({ userId, entry }) => `${userId} ${insideOf(entry)}`)
  for (const group of groups.values()) await tellGroup(parts, group)
}

/** The chat that an entry is for members of alone; that one is in it or isn't, one hears either way. */
const insideOf = (entry: UserEntry): string | null => ('chatId' in entry && entry.kind !== 'membership' ? entry.chatId : null)

/** Entries of one person that are inside of the same chat, or of none. */
async function tellGroup({ broadcast, cluster, roster }: Parts, group: readonly Shown[]): Promise<void> {
  const [first] = group
  if (first === undefined) return
  const chatId = insideOf(first.entry)
  // Asked last: nothing lies between it and the telling, so who was removed meanwhile is told nothing (P2).
  if (chatId !== null && !(await roster(chatId, first.userId))?.members.has(first.userId)) return
  if (!cluster.writable) throw new AppError('UNAVAILABLE', { retryAfter: 1 })
  broadcast.toUsers({ userIds: [first.userId], ...(chatId !== null && { chatId }) }, userStream, {
    entries: group.map(({ entry }) => entry),
  })
}
