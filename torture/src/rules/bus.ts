/**
 * D3: while nothing but the bus is away, sends are acknowledged, and whoever is connected sees them within seconds,
 * wherever.
 */
import type { EntryOf } from '../history.ts'
import { type Attempt, type Facts, isSend } from './facts.ts'
import type { Rule } from './rule.ts'
import type { Accuse } from './violation.ts'

/** Nodes look after what the bus didn't bring every second; the rest is for machines that are busy. In milliseconds. */
const seenWithin = 10_000
/** How long after another fault its effects may still be felt, in milliseconds. */
const aftermath = 5000

interface Awaited {
  readonly text: string
  readonly chat: string
  readonly at: number
  /** The devices that are to see it, each with when its connection began. */
  readonly clients: Map<string, number>
}

/** Who has seen what lately, and who is to. A message may be seen before its sender knows that it is stored. */
class Sights {
  readonly #awaited = new Map<string, Awaited>()
  readonly #early = new Map<string, { readonly at: number; readonly clients: Set<string> }>()

  expect(one: Awaited): void {
    for (const client of this.#early.get(one.text)?.clients ?? []) one.clients.delete(client)
    this.#awaited.set(one.text, one)
  }

  see({ client, at }: EntryOf<'seen'>, text: string): void {
    const awaited = this.#awaited.get(text)
    const early = this.#early.get(text)
    if (awaited !== undefined) awaited.clients.delete(client)
    else if (early !== undefined) early.clients.add(client)
    else this.#early.set(text, { at, clients: new Set([client]) })
    const [oldest] = this.#early
    if (oldest !== undefined && at - oldest[1].at > seenWithin) this.#early.delete(oldest[0])
  }

  /** What has been awaited for too long, and isn't any more from now on. */
  *late(at: number): Generator<Awaited, void> {
    for (const [text, one] of this.#awaited) {
      if (at - one.at <= seenWithin) return
      this.#awaited.delete(text)
      yield one
    }
  }
}

const beyondTheBus = ({ away }: EntryOf<'fault'>) => away.some((part) => part !== 'bus')

function onlyBusIsAway(facts: Facts, at: number, { begunAt }: Attempt): boolean {
  const faults = [...facts.faults.values()]
  const only = faults.length > 0 && faults.every(({ away }) => away.length === 1 && away[0] === 'bus')
  return only && begunAt > Math.max(...faults.map((fault) => fault.at)) && facts.lastTrouble(at, beyondTheBus) + aftermath < begunAt
}

function judge(facts: Facts, { at, clients, ...message }: Awaited, now: number, accuse: Accuse): void {
  if (facts.lastTrouble(now, beyondTheBus) >= at) return
  for (const [client, order] of clients) {
    if (facts.connections.get(client)?.order !== order) continue
    const what = 'a message did not reach a device within seconds while the bus was away'
    accuse({ rule: 'D3', kind: 'stale', what, evidence: { message, at, client } })
  }
}

export const sendingNeedsNoBus: Rule = (facts, accuse) => {
  const sights = new Sights()
  const connected = (chat: string) => {
    const members = new Set(facts.alwaysIn(chat))
    const there = [...facts.connections].filter(([, { person, authenticated }]) => authenticated && members.has(person))
    return new Map(there.map(([client, { order }]) => [client, order]))
  }
  return {
    observe(entry) {
      for (const late of sights.late(entry.at)) judge(facts, late, entry.at, accuse)
      if (entry.kind === 'seen' && entry.text !== null) sights.see(entry, entry.text)
      if (facts.ended === null || !isSend(facts.ended.facts)) return
      const { text, chat, oks } = facts.ended.facts
      if (entry.kind === 'ok' && oks.length === 1 && onlyBusIsAway(facts, entry.at, facts.ended)) {
        sights.expect({ text, chat, at: entry.at, clients: connected(chat) })
      } else if (entry.kind === 'fail' && entry.retryable && onlyBusIsAway(facts, entry.at, facts.ended)) {
        const what = 'a send was refused though nothing but the bus was away'
        accuse({ rule: 'D3', kind: 'broken', what, evidence: { entry, attempt: facts.ended } })
      }
    },
  }
}
