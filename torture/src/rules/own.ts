/** D1 and C2 for what only one person sees: the last thing acknowledged is what is there, on every device and for one that starts from nothing. */
import type { OwnEntry } from '../history.ts'
import { type Attempt, type Facts, isSend } from './facts.ts'
import type { Rule } from './rule.ts'

interface Candidate {
  readonly value: string
  /** When it was acknowledged, as a place in the log; null where nobody knows. */
  readonly settled: number | null
}

/** A message that is deleted for everyone takes its stars along, and devices know that without being told. */
const takenAlong =
  ({ stored }: Facts) =>
  (target: string): boolean => {
    const [kind, id = ''] = target.split(' ')
    return kind === 'star' && stored.messages.get(id)?.text === null
  }

/** Of changes that overlap nobody knows which came last; each acknowledgement rules out what was settled before it began. */
export const ownChangesLast: Rule = (facts, accuse) => {
  const candidates = new Map<string, Candidate[]>()
  const note = (attempt: Attempt, settled: number | null) => {
    if (isSend(attempt.facts) || attempt.facts.action.name !== 'own') return
    const { action, person } = attempt.facts
    const key = `${person} ${action.target}`
    const still = (candidates.get(key) ?? []).filter((candidate) => candidate.settled === null || candidate.settled > attempt.invoked)
    candidates.set(key, [...(settled === null ? (candidates.get(key) ?? []) : still), { value: action.value, settled }])
  }
  return {
    observe(entry) {
      if (facts.ended === null) return
      if (entry.kind === 'ok') note(facts.ended, entry.order)
      else if (entry.kind === 'info' || (entry.kind === 'fail' && entry.retryable)) note(facts.ended, null)
    },
    conclude() {
      const isTakenAlong = takenAlong(facts)
      const read = new Map(
        facts.readings.own.flatMap(({ reader, entries }) => entries.map(({ target, value }) => [`${reader} ${target}`, value])),
      )
      for (const [key, possible] of candidates) {
        const [person, kind, id] = key.split(' ')
        // What is about a chat that somebody ended outside of is withheld from them.
        const chat = facts.stored.messages.get(id ?? '')?.chat ?? id ?? ''
        if (facts.stored.reading(person ?? '', chat)?.refused) continue
        if (!possible.some(({ settled }) => settled !== null) || isTakenAlong(`${kind} ${id}`)) continue
        const value = read.get(key) ?? (kind === 'star' ? 'false' : undefined)
        if (possible.some((candidate) => candidate.value === value)) continue
        accuse({
          rule: 'D1',
          kind: 'lost',
          what: 'something of one person alone is not what was acknowledged',
          evidence: { key, possible, value },
        })
      }
    },
  }
}

/** What a device was told of its person's stream, live and by sync, is what a device is told that starts from nothing. */
export const ownStreamsAgree: Rule = (facts, accuse) => {
  const known = new Map<string, Map<string, OwnEntry>>()
  return {
    observe(entry) {
      if (entry.kind !== 'own') return
      const mine = known.get(entry.client) ?? new Map<string, OwnEntry>()
      known.set(entry.client, mine)
      for (const own of entry.entries) if (own.seq > (mine.get(own.target)?.seq ?? 0)) mine.set(own.target, own)
    },
    conclude() {
      const isTakenAlong = takenAlong(facts)
      for (const { reader, entries } of facts.readings.own) {
        for (const [client, mine] of known) {
          if (facts.personOf(client) !== reader) continue
          const differing = entries.find(({ target, value }) => mine.get(target)?.value !== value && !isTakenAlong(target))
          if (differing === undefined) continue
          const evidence = { client, fromNothing: differing, here: mine.get(differing.target) }
          accuse({
            rule: 'C2',
            kind: 'stale',
            what: 'a device knows something else of its person than one that starts from nothing',
            evidence,
          })
        }
      }
    },
  }
}
