/**
 * D3: while nothing but the bus is away, sends are acknowledged, and whoever is connected sees them within seconds,
 * wherever.
 */
import { type Attempt, isSend } from './facts.ts'
import type { Rule } from './rule.ts'

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

export const sendingNeedsNoBus: Rule = (facts, accuse) => {
  const awaited: Awaited[] = []
  const byText = new Map<string, Awaited>()
  /** Whoever saw a message that isn't acknowledged yet, by its text. */
  const early = new Map<string, { readonly at: number; readonly clients: Set<string> }>()

  const onlyBusIsAway = (at: number, attempt: Attempt) => {
    const faults = [...facts.faults.values()]
    const since = Math.max(...faults.map((fault) => fault.at))
    const only = faults.length > 0 && faults.every(({ away }) => away.length === 1 && away[0] === 'bus')
    return (
      only &&
      attempt.begunAt > since &&
      facts.lastTrouble(at, ({ away }) => away.some((part) => part !== 'bus')) + aftermath < attempt.begunAt
    )
  }
  const expect = (text: string, chat: string, at: number) => {
    const members = new Set(facts.alwaysIn(chat))
    const there = [...facts.connections].filter(([, { person, authenticated }]) => authenticated && members.has(person))
    const waiting = there.filter(([client]) => !early.get(text)?.clients.has(client))
    const one = { text, chat, at, clients: new Map(waiting.map(([client, connection]) => [client, connection.order])) }
    awaited.push(one)
    byText.set(text, one)
  }
  const judge = (at: number) => {
    for (let first = awaited[0]; first !== undefined && at - first.at > seenWithin; first = awaited[0]) {
      awaited.shift()
      byText.delete(first.text)
      const undisturbed = facts.lastTrouble(at, ({ away }) => away.some((part) => part !== 'bus')) < first.at
      for (const [client, order] of undisturbed ? first.clients : []) {
        if (facts.connections.get(client)?.order !== order) continue
        accuse({
          rule: 'D3',
          kind: 'stale',
          what: 'a message did not reach a device within seconds while the bus was away',
          evidence: { message: first, client },
        })
      }
    }
  }
  const see = (client: string, text: string, at: number) => {
    const awaitedHere = byText.get(text)
    if (awaitedHere !== undefined) {
      awaitedHere.clients.delete(client)
      return
    }
    const seenEarly = early.get(text) ?? { at, clients: new Set() }
    early.set(text, seenEarly)
    seenEarly.clients.add(client)
    const [oldest] = early
    if (oldest !== undefined && at - oldest[1].at > seenWithin) early.delete(oldest[0])
  }
  return {
    observe(entry) {
      judge(entry.at)
      if (entry.kind === 'seen' && entry.text !== null) see(entry.client, entry.text, entry.at)
      if (facts.ended === null || !isSend(facts.ended.facts)) return
      const { text, chat, oks } = facts.ended.facts
      if (entry.kind === 'ok' && oks.length === 1 && onlyBusIsAway(entry.at, facts.ended)) expect(text, chat, entry.at)
      else if (entry.kind === 'fail' && entry.retryable && onlyBusIsAway(entry.at, facts.ended)) {
        accuse({
          rule: 'D3',
          kind: 'broken',
          what: 'a send was refused though nothing but the bus was away',
          evidence: { entry, attempt: facts.ended },
        })
      }
    },
  }
}
