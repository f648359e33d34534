import { AppError } from '../../core/errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { type ChatShare, storeBatch, storeBatchValues, storeUnknown, storeUnknownValues } from './batch.queries.ts'
import type { Draft, Outcome } from './draft.ts'

const attempts = 4
const pauseMs = 250
/** Nothing is tried again that long, in milliseconds, after a batch was begun: its senders are told to ask again instead (B2). */
const patienceMs = 5000
/** Another process stored the same client id meanwhile, or the two deadlocked: the next look sees what is there. */
const worthRepeating = new Set(['23505', '40P01', '40001'])
/** A lock or time limit ran out: some chat of the batch is held by somebody else. */
const heldElsewhere = new Set(['55P03', '57014'])

/**
 * Stores a batch and says for each draft, in the same order, what became of it. Never rejects. First all at once; where
 * that fails, without what is known already; where that fails too, chat by chat if one of them is locked, or else in
 * halves, until the guilty draft stands alone.
 * A connection lost while committing is no answer either way, so the same drafts are looked up by their client ids.
 */
export async function commitBatch(database: Database, drafts: readonly Draft[]): Promise<Outcome[]> {
  const deadline = performance.now() + patienceMs
  try {
    return await storeAll(database, drafts)
  } catch {
    return storeCarefully(database, drafts, deadline)
  }
}

async function storeAll(database: Database, drafts: readonly Draft[]): Promise<Outcome[]> {
  const shares = new Map<string, ChatShare>()
  const places = drafts.map(({ chatId, access }) => {
    const share = shares.get(chatId) ?? { sends: 0, access }
    shares.set(chatId, share)
    share.access = Math.min(share.access, access)
    return ++share.sends
  })
  const rows = (await database.statement('store_batch', storeBatch, storeBatchValues(drafts, shares, places))) as [string, number][]
  const bases = new Map(rows)
  return drafts.map((draft, index): Outcome => {
    const base = bases.get(draft.chatId)
    return base === undefined ? { kind: 'stale' } : { kind: 'stored', draft, seq: base + (places[index] as number) }
  })
}

async function storeCarefully(database: Database, drafts: readonly Draft[], deadline: number): Promise<Outcome[]> {
  let error: unknown
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      return await storeOnlyUnknown(database, drafts)
    } catch (caught) {
      error = caught
      if (performance.now() > deadline) break
      if (isAway(caught)) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      else if (!worthRepeating.has(databaseCode(caught))) break
    }
  }
  const chats = [...Map.groupBy(drafts, (draft) => draft.chatId).values()]
  const held = heldElsewhere.has(databaseCode(error))
  if (drafts.length === 1 || isAway(error) || (held && chats.length === 1)) return drafts.map(() => ({ kind: 'failed', error }))
  const half = drafts.length >> 1
  return storeInParts(database, drafts, held ? chats : [drafts.slice(0, half), drafts.slice(half)], deadline)
}

/** One part after the other; the outcomes in the order of `drafts`. */
async function storeInParts(
  database: Database,
  drafts: readonly Draft[],
  parts: readonly (readonly Draft[])[],
  deadline: number,
): Promise<Outcome[]> {
  const outcomes = new Map<Draft, Outcome>()
  for (const part of parts) {
    const stored = await storeCarefully(database, part, deadline)
    for (const [index, draft] of part.entries()) outcomes.set(draft, stored[index] as Outcome)
  }
  return drafts.map((draft) => outcomes.get(draft) as Outcome)
}

async function storeOnlyUnknown(database: Database, drafts: readonly Draft[]): Promise<Outcome[]> {
  const rows = await database.statement('store_unknown', storeUnknown, storeUnknownValues(drafts))
  const found = new Map((rows as [string, string, number, string | null, boolean][]).map((row) => [row[0], row]))
  return drafts.map((draft): Outcome => {
    const row = found.get(draft.id)
    if (row === undefined) return { kind: 'stale' }
    const [, id, seq, requestHash] = row
    return id === draft.id ? { kind: 'stored', draft, seq } : { kind: 'known', id, requestHash }
  })
}

function databaseCode(error: unknown): string {
  const source = error instanceof AppError ? error.cause : error
  return String((source as { code?: unknown } | undefined)?.code ?? '')
}

const isAway = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'UNAVAILABLE' && !heldElsewhere.has(databaseCode(error))
