/**
 * Decides whether servers kept their word. It knows nothing but what clients wrote down and what they read in the end.
 * It goes through the log once, and keeps what grows with the messages of a run, not with all that was seen of them.
 */
import type { Entry } from './history.ts'
import type { Readings } from './readings.ts'
import { backlogIsBounded, endsInOrder, everybodyIsAnswered } from './rules/backpressure.ts'
import { sendingNeedsNoBus } from './rules/bus.ts'
import { nothingMissed, sameHistory } from './rules/completeness.ts'
import { acknowledgedLasts, refusedIsNowhere } from './rules/durability.ts'
import { Facts } from './rules/facts.ts'
import { oneMessage, sameAnswer } from './rules/once.ts'
import { inTurn, liveOrder, noGaps, samePlaces } from './rules/order.ts'
import { ownChangesLast, ownStreamsAgree } from './rules/own.ts'
import { positionsMoveForward, unreadIsCounted } from './rules/positions.ts'
import { offlineInTime, typingEnds } from './rules/presence.ts'
import { blockedIsSilent, goneIsGone, noLeaks } from './rules/privacy.ts'
import type { Rule } from './rules/rule.ts'
import { viewsShowHistory } from './rules/views.ts'
import { type Accuse, type Violation, type ViolationKind, violationKinds } from './rules/violation.ts'

export interface Report {
  readonly counts: Readonly<Record<'sends' | 'attempts' | 'acknowledged' | 'seen' | 'kills' | 'partitions' | ViolationKind, number>>
  /** The first of them; the counts tell of all. */
  readonly violations: readonly Violation[]
}

const rules: readonly Rule[] = [
  acknowledgedLasts,
  refusedIsNowhere,
  sendingNeedsNoBus,
  sameAnswer,
  oneMessage,
  noGaps,
  inTurn,
  samePlaces,
  liveOrder,
  viewsShowHistory,
  nothingMissed,
  sameHistory,
  ownChangesLast,
  ownStreamsAgree,
  noLeaks,
  goneIsGone,
  blockedIsSilent,
  positionsMoveForward,
  unreadIsCounted,
  offlineInTime,
  typingEnds,
  backlogIsBounded,
  everybodyIsAnswered,
  endsInOrder,
]

/** What is wrong once is often wrong a million times. */
const mostKept = 1000

export async function check(entries: Iterable<Entry> | AsyncIterable<Entry>, readings: Readings): Promise<Report> {
  const facts = new Facts(readings)
  const violations: Violation[] = []
  const found = Object.fromEntries(violationKinds.map((kind) => [kind, 0])) as Record<ViolationKind, number>
  const accuse: Accuse = (violation) => {
    found[violation.kind]++
    if (violations.length < mostKept) violations.push(violation)
  }
  const decisions = rules.map((rule) => rule(facts, accuse))
  const observers = decisions.flatMap(({ observe }) => observe ?? [])
  let seen = 0
  for await (const entry of entries) {
    if (entry.kind === 'seen') seen++
    facts.observe(entry)
    for (const observe of observers) observe(entry)
  }
  for (const { conclude } of decisions) conclude?.()
  let acknowledged = 0
  for (const { oks } of facts.sends.values()) if (oks.length > 0) acknowledged++
  const { attempts, kills, partitions } = facts
  return { counts: { sends: facts.sends.size, attempts, acknowledged, seen, kills, partitions, ...found }, violations }
}

/** The counts as a table, then each violation with its evidence, at most twenty of them. */
export function table({ counts, violations }: Report): string {
  const rows = Object.entries(counts).map(([name, count]) => `${name.padEnd(14)}${String(count).padStart(10)}`)
  const shown = violations.slice(0, 20).map(({ rule, what, evidence }) => `${rule}: ${what}\n    ${JSON.stringify(evidence)}`)
  const more = violations.length > shown.length ? [`and ${violations.length - shown.length} more`] : []
  return [...rows, ...shown, ...more].join('\n')
}
