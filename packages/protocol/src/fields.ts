/** The small schemas that every contract is made of. Whatever is stored as text is refused if it holds NUL or lone surrogates: PostgreSQL can't keep them. */
import { z } from 'zod'

const storable = (value: string) => !value.includes('\u0000') && value.isWellFormed()

/** Text that can be stored; `max` counts UTF-16 units. */
export const text = (min: number, max: number) =>
  z.string().min(min).max(max).refine(storable, 'must not contain NUL characters or broken surrogate pairs; remove them')

/** As `text`, without white space around it. */
export const trimmed = (min: number, max: number) =>
  z.string().trim().min(min).max(max).refine(storable, 'must not contain NUL characters or broken surrogate pairs; remove them')

/** A UUID (RFC 9562); ids made by the server are version 7. Read in any case, kept in lower case. */
export const Id = z.guid().toLowerCase()

/** ISO 8601 in UTC. PostgreSQL knows no year 0. */
export const Timestamp = z.iso.datetime().refine((time) => !time.startsWith('0000'), 'must lie in the year 1 or later')

/** A position in a stream: 1, 2, 3… */
export const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

export const PageLimit = z.int().min(1).max(100).default(50)
/** Pages counted from 1, for clients that know no cursors. */
export const PageNumber = z.int().min(1).max(100_000)
