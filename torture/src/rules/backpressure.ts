/** B1: who doesn't read is let go, and no server grows without bound. B2: whoever can't be served is told so. B3: a server that is asked to end does, in order. */
import type { Rule } from './rule.ts'

/** A server that keeps this much for anybody who doesn't read keeps too much, in bytes: all of it, for all clients together. */
const memoryLimit = 1_500 * 2 ** 20
/** What a server and the networks on the way may keep for a client that doesn't read, in characters. */
const mostWaiting = 32 * 2 ** 20
/** How soon after it reads again a client has to find its connection closed, in milliseconds. */
const closedWithin = 20_000

export const backlogIsBounded: Rule = (facts, accuse) => {
  /** Who read again after too much had been sent, and since when. */
  const owed = new Map<string, number>()
  /** Who reads nothing, each with when their connection began. */
  const stalled = new Map<string, number | undefined>()
  const isStill = (client: string) => facts.connections.has(client) && facts.connections.get(client)?.order === stalled.get(client)
  return {
    observe(entry) {
      if (entry.kind === 'stalled') stalled.set(entry.client, facts.connections.get(entry.client)?.order)
      else if (entry.kind === 'memory' && entry.bytes > memoryLimit) {
        accuse({ rule: 'B1', kind: 'broken', what: 'a server holds too much memory', evidence: entry })
      } else if (entry.kind === 'resumed' && entry.missed > mostWaiting && isStill(entry.client)) owed.set(entry.client, entry.at)
      else if (entry.kind === 'disconnected') owed.delete(entry.client)
      for (const [client, at] of owed) {
        if (entry.at - at < closedWithin) continue
        owed.delete(client)
        accuse({ rule: 'B1', kind: 'broken', what: 'a client that did not read was kept', evidence: { client, at } })
      }
    },
  }
}

/** How long after a fault a server may still be finding its way, in milliseconds. */
const aftermath = 5000

export const everybodyIsAnswered: Rule = (facts, accuse) => ({
  observe(entry) {
    if (entry.kind === 'fail' && entry.code === 'INTERNAL') {
      accuse({
        rule: 'B2',
        kind: 'broken',
        what: 'the server answered with an internal error',
        evidence: { entry, attempt: facts.ended?.facts },
      })
    }
    if (entry.kind !== 'info' || !/timed out|timeout/i.test(entry.reason) || facts.ended === null) return
    if (facts.lastTrouble(entry.at) + aftermath > facts.ended.begunAt) return
    accuse({
      rule: 'B2',
      kind: 'broken',
      what: 'the server left somebody without an answer though nothing was wrong',
      evidence: { entry, attempt: facts.ended },
    })
  },
  conclude() {
    for (const [operation, attempt] of facts.underWay) {
      accuse({ rule: 'B2', kind: 'broken', what: 'somebody waits for an answer to the end', evidence: { operation, attempt } })
    }
  },
})

export const endsInOrder: Rule = (_facts, accuse) => ({
  observe(entry) {
    if (entry.kind !== 'exit' || entry.code === 0) return
    accuse({ rule: 'B3', kind: 'broken', what: 'the server did not end in order when asked to', evidence: entry })
  },
})
