/** S3: nobody is shown as there who isn't. S4: typing ends by itself. Both within a time, which starts anew when a fault ends. */
import type { EntryOf } from '../history.ts'
import type { Rule } from './rule.ts'

/** Five seconds of grace and two of a node's lease; the rest is for machines that are busy. In milliseconds. */
const offlineLimit = 15_000
/** Typing lasts six seconds without another sign. */
const typingLimit = 15_000

/** Killing servers is what these rules must stand; what keeps the news from travelling moves the moment. */
const delays = ({ what }: EntryOf<'fault'>): boolean => !what.startsWith('kill the server') && !what.startsWith('stop the server')

export const offlineInTime: Rule = (facts, accuse) => {
  const devices = new Map<string, Set<string>>()
  const absentSince = new Map<string, number>()
  /** By client, who is there as far as it was told, and since when it has been watching. */
  const told = new Map<string, Map<string, boolean>>()

  const arrive = (person: string, client: string) => {
    absentSince.delete(person)
    const mine = devices.get(person) ?? new Set()
    devices.set(person, mine.add(client))
  }
  const leave = (client: string, at: number) => {
    told.delete(client)
    const person = facts.personOf(client)
    const mine = devices.get(person)
    if (mine?.delete(client) && mine.size === 0) absentSince.set(person, at)
  }
  const judge = (at: number) => {
    for (const [person, since] of absentSince) {
      if (at - Math.max(since, facts.lastTrouble(at, delays)) < offlineLimit) continue
      absentSince.delete(person)
      for (const [client, presences] of told) {
        const connection = facts.connections.get(client)
        if (connection === undefined || at - connection.at < offlineLimit || presences.get(person) !== true) continue
        accuse({
          rule: 'S3',
          kind: 'stale',
          what: 'somebody without a connection is shown as there',
          evidence: { person, since, at, client, connection },
        })
      }
    }
  }
  return {
    observe(entry) {
      if (absentSince.size > 0) judge(entry.at)
      if (entry.kind === 'connected') arrive(entry.person, entry.client)
      else if (entry.kind === 'disconnected') leave(entry.client, entry.at)
      else if (entry.kind === 'presence') {
        const mine = told.get(entry.client) ?? new Map<string, boolean>()
        told.set(entry.client, mine.set(entry.person, entry.online))
      }
    },
  }
}

export const typingEnds: Rule = (facts, accuse) => {
  /** By client, chat and typist, since when somebody is shown to be typing. */
  const typing = new Map<string, EntryOf<'typing'>>()
  let looked = 0
  const judge = (at: number) => {
    for (const [key, entry] of typing) {
      if (at - Math.max(entry.at, facts.lastTrouble(at, delays)) < typingLimit) continue
      typing.delete(key)
      const connection = facts.connections.get(entry.client)
      if (connection === undefined || connection.at > entry.at) continue
      // Whoever was taken out is told nothing more, not even that (P2).
      if (!facts.alwaysIn(entry.chat).includes(connection.person)) continue
      accuse({ rule: 'S4', kind: 'stale', what: 'somebody types for ever', evidence: { entry, at, connection } })
    }
  }
  return {
    observe(entry) {
      if (entry.at > looked + 1000) {
        looked = entry.at
        judge(entry.at)
      }
      if (entry.kind !== 'typing') return
      const key = `${entry.client} ${entry.chat} ${entry.person}`
      if (entry.isTyping) typing.set(key, entry)
      else typing.delete(key)
    },
  }
}
