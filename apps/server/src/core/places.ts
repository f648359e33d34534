/** Cursors of lists that are in order of a time: where a page ended. */
import { z } from 'zod'
import { AppError } from './errors.ts'

/** A place in such a list: the time to the microsecond, as text, since a Date would round it; and an id for what shares it. */
export interface Place {
  readonly at: string
  readonly id: string
}

/** A moment to the microsecond, in UTC. PostgreSQL knows no year 0. */
export const Moment = z.iso.datetime({ precision: 6 }).refine((time) => !time.startsWith('0000'))
const Cursor = z.tuple([Moment, z.guid()])

export const writePlace = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url')

/** null where none is given; VALIDATION_FAILED for one that `writePlace` didn't make. */
export function readPlace(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const parsed = Cursor.safeParse(Buffer.from(cursor, 'base64url').toString().split(' '))
  if (!parsed.success)
    throw new AppError('VALIDATION_FAILED', { fields: [{ field: 'before', message: 'must be the nextCursor of an earlier answer' }] })
  return { at: parsed.data[0], id: parsed.data[1] }
}
