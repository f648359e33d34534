import { type Expression, type RawBuilder, sql } from 'kysely'

/** A moment as text, to the microsecond and in UTC: a Date would round it, and what is in order of it would lose its place. */
export const momentText = (time: Expression<Date>): RawBuilder<string> =>
  sql<string>`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
