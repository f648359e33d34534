/** What a device missed of its person's own stream, and which of their chats changed. */
import type { ChatHead, UserDelta, UserEntry } from '@parley/protocol/streams'
import { syncPage } from '@parley/protocol/streams'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { Moment } from '../../core/places.ts'
import type { Queries } from '../../platform/database/database.ts'
import { selectOwnEntries } from './user-log.queries.ts'
import { type OwnReaders, presentOwn } from './user-log.ts'

/** Which heads of chats are wanted: of those that changed after `since`, or all where it's null, those with ids above `above`. */
export interface HeadsWanted {
  readonly since: string | null
  readonly above: string | null
}

export interface Heads {
  readonly heads: readonly ChatHead[]
  /** The last chat that the page covers. */
  readonly last: string | null
  readonly more: boolean
}

/** From so many letters of drafts on, an answer takes no further entries: it's held in memory as a whole. */
const fullPage = 500_000

/**
 * A page of somebody's own stream. `head` was read before. Each thing is there once, as it is now: one that changes
 * meanwhile gets a number above those that the page covers.
 */
export async function ownDelta(
  query: Queries,
  readers: OwnReaders,
  viewerId: string,
  { userSeq, head }: { readonly userSeq: number | undefined; readonly head: number },
): Promise<UserDelta> {
  if (userSeq === undefined) return { from: head, to: head, head, entries: [] }
  // Ahead of the stream: the server was set back to an older copy of its data.
  const from = userSeq > head ? 0 : userSeq
  const page = await selectOwnEntries(query, viewerId, from, syncPage)
  const end = Math.max(head, page.at(-1)?.seq ?? 0)
  const shown = (await presentOwn(readers, page)).map(({ entry }) => entry)
  const entries = firstOf(shown)
  const last = entries.length < shown.length ? entries.at(-1) : page[syncPage - 1]
  return { from, to: last?.seq ?? end, head: end, entries }
}

/** As many as an answer holds; one at least. */
function firstOf(entries: readonly UserEntry[]): UserEntry[] {
  let letters = 0
  return entries.filter((entry, index) => {
    letters += entry.kind === 'draft' ? (entry.draft?.text.length ?? 0) : 0
    return index === 0 || letters <= fullPage
  })
}

/** Transactions last 10 s at most and bear the time of their beginning, so what commits late is found this far back. */
const overlapMs = 30_000
/** A moment so far ahead of the database's clock was read before that was set back. */
const skewMs = 10_000

/**
 * `since` in an answer: the moment from which to ask on, or while there are more pages, the moment asked from, the
 * moment at which the first page was read, and the last chat that was covered.
 */
const Since = z.union([z.tuple([Moment]), z.tuple([Moment, Moment, z.guid()])])
type Since = z.infer<typeof Since>

const writeSince = (since: Since): string => Buffer.from(since.join(' ')).toString('base64url')

function readSince(text: string): Since {
  const parsed = Since.safeParse(Buffer.from(text, 'base64url').toString().split(' '))
  if (parsed.success) return parsed.data
  throw new AppError('VALIDATION_FAILED', { fields: [{ field: 'since', message: 'must be the since of an earlier answer' }] })
}

/** The heads that changed, a page at a time; `now` is the database's clock, read before. */
export async function headsSince(
  headsOf: (wanted: HeadsWanted) => Promise<Heads>,
  since: string | undefined,
  now: string,
): Promise<{ heads: ChatHead[]; since: string; more: boolean }> {
  if (since === undefined) return { heads: [], since: writeSince([now]), more: false }
  const [moment, begun = now, above = null] = readSince(since)
  const from = Date.parse(moment) > Date.parse(now) + skewMs ? null : new Date(Math.max(0, Date.parse(moment) - overlapMs)).toISOString()
  const { heads, last, more } = await headsOf({ since: from, above })
  return { heads: [...heads], since: writeSince(more && last !== null ? [moment, begun, last] : [begun]), more }
}
