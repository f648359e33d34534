/**
 * Decides whether a server kept its word. It knows nothing but what clients wrote down and what they read in the end.
 */
import type { Entry, Reading } from './history.ts'
import { type Digest, digest } from './rules/digest.ts'
import { deliveredThoughRefused, doubled, lost } from './rules/durability.ts'
import { gaps, liveOrder, reordered } from './rules/order.ts'
import { leaks } from './rules/privacy.ts'
import { type Violation, type ViolationKind, violationKinds } from './rules/violation.ts'

export interface Report {
  readonly counts: Readonly<Record<'sends' | 'attempts' | 'acknowledged' | 'kills' | ViolationKind, number>>
  readonly violations: readonly Violation[]
}

export function check(entries: readonly Entry[], readings: readonly Reading[]): Report {
  const facts = digest(entries, readings)
  const violations = [
    ...lost(facts),
    ...deliveredThoughRefused(facts),
    ...doubled(facts),
    ...liveOrder(facts, 'doubled'),
    ...reordered(facts),
    ...gaps(facts),
    ...leaks(facts),
    ...missingForMembers(facts),
    ...broken(facts),
  ]
  const count = (kind: ViolationKind) => violations.filter((violation) => violation.kind === kind).length
  const found = Object.fromEntries(violationKinds.map((kind) => [kind, count(kind)])) as Record<ViolationKind, number>
  const attempts = entries.filter((entry) => entry.kind === 'invoke' && entry.action.name === 'send').length
  const kills = entries.filter((entry) => entry.kind === 'fault' && entry.what.startsWith('kill')).length
  const acknowledged = facts.sends.filter(({ oks }) => oks.length > 0).length
  return { counts: { sends: facts.sends.length, attempts, acknowledged, kills, ...found }, violations }
}

/** O1: whoever was in a chat from its beginning to the end reads all of it, and all of them read the same. */
function missingForMembers({ readings, fullest, changes }: Digest): Violation[] {
  return [...fullest.values()].flatMap((full) => {
    const here = changes.filter(({ chatId }) => chatId === full.chatId)
    const moved = new Set(here.flatMap(({ action }) => ('memberId' in action ? [action.memberId] : [])))
    const always = here.flatMap(({ action }) => (action.name === 'create' ? action.memberIds.filter((id) => !moved.has(id)) : []))
    return always.flatMap((readerId): Violation[] => {
      const mine = readings.find((reading) => reading.chatId === full.chatId && reading.readerId === readerId)
      if (mine !== undefined && JSON.stringify(mine.messages) === JSON.stringify(full.messages)) return []
      const evidence = { chatId: full.chatId, readerId, refused: mine?.refused, reads: mine?.messages.length, of: full.messages.length }
      return [{ rule: 'O1', kind: 'lost', what: 'two members read different histories', evidence }]
    })
  })
}

/** Errors that are nobody's fault but the server's, and a server that doesn't end in order when asked to (B3). */
function broken({ entries }: Digest): Violation[] {
  return entries.flatMap((entry): Violation[] => {
    if (entry.kind === 'fail' && entry.code === 'INTERNAL') {
      return [{ rule: 'B2', kind: 'broken', what: 'the server answered with an internal error', evidence: entry }]
    }
    if (entry.kind !== 'exit' || entry.code === 0) return []
    return [{ rule: 'B3', kind: 'broken', what: 'the server did not end in order when asked to', evidence: entry }]
  })
}

/** The counts as a table, then each violation with its evidence, at most twenty of them. */
export function table({ counts, violations }: Report): string {
  const rows = Object.entries(counts).map(([name, count]) => `${name.padEnd(14)}${String(count).padStart(10)}`)
  const shown = violations.slice(0, 20).map(({ rule, what, evidence }) => `${rule}: ${what}\n    ${JSON.stringify(evidence)}`)
  const more = violations.length > shown.length ? [`and ${violations.length - shown.length} more`] : []
  return [...rows, ...shown, ...more].join('\n')
}
