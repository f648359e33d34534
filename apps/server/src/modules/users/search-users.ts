import { Id, text } from '@parley/protocol/fields'
import type { searchUsers as contract } from '@parley/protocol/users'
import { z } from 'zod'
import type { Call } from '../../core/call.ts'
import { AppError } from '../../core/errors.ts'
import { fold } from './search-terms.ts'
import { presentTo } from './sights.ts'
import type { UsersDeps } from './users.deps.ts'
import { findUsers, type SearchHit, searchTerms } from './users.queries.ts'

const Cursor = z.tuple([text(0, 200), Id])

const writeCursor = (hit: SearchHit) => Buffer.from(JSON.stringify([hit.term, hit.user_id])).toString('base64url')

function readCursor(before: string): SearchHit {
  const refuse = () =>
    new AppError('VALIDATION_FAILED', { fields: [{ field: 'before', message: 'must be the nextCursor of an earlier answer' }] })
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(before, 'base64url').toString())
  } catch {
    throw refuse()
  }
  const parsed = Cursor.safeParse(decoded)
  if (!parsed.success) throw refuse()
  const [term, user_id] = parsed.data
  return { term, user_id }
}

export async function searchUsers({ viewer, input }: Call<typeof contract>, deps: UsersDeps) {
  const { database } = deps
  const hits = await searchTerms(database.query, {
    prefix: fold(input.q),
    except: viewer.userId,
    after: input.before === undefined ? null : readCursor(input.before),
    limit: input.limit + 1,
  })
  const page = hits.slice(0, input.limit)
  const rows = new Map(
    (
      await findUsers(
        database.query,
        page.map((hit) => hit.user_id),
      )
    ).map((row) => [row.id, row]),
  )
  const users = await presentTo(
    viewer.userId,
    page.flatMap((hit) => rows.get(hit.user_id) ?? []),
    database.query,
    deps,
  )
  const last = page.at(-1)
  return { users, nextCursor: hits.length > page.length && last !== undefined ? writeCursor(last) : null }
}
