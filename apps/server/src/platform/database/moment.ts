/** Moments of the database's clock as text, for cursors: a Date would round them to milliseconds, and a place in an order would be lost. */
import { type Expression, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'

/** To the microsecond, in UTC. PostgreSQL knows no year 0. */
export const Moment = z.iso.datetime({ precision: 6 }).refine((time) => !time.startsWith('0000'))

export const momentText = (time: Expression<Date>): RawBuilder<string> =>
  sql<string>`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
