/** S1: positions only move forward. S2: the unread number shown is the one that counting gives. */
import type { Entry } from '../history.ts'
import { memberships } from './completeness.ts'
import { type Facts, isSend } from './facts.ts'
import type { Rule } from './rule.ts'
import { pairOf, Stays } from './stays.ts'

export const positionsMoveForward: Rule = (facts, accuse) => {
  /** By device, chat, person and status, the last that it was told on this connection or in this view. */
  const last = new Map<string, Map<string, number>>()
  /** By chat, person and status, the furthest that anybody was told of. */
  const furthest = new Map<string, { readonly seq: number; readonly order: number }>()
  const promise = (key: string, seq: number, order: number) => {
    if (seq > (furthest.get(key)?.seq ?? 0)) furthest.set(key, { seq, order })
  }
  const blocks = followBlocks(facts)
  return {
    observe(entry) {
      blocks.observe(entry)
      if (entry.kind === 'connected') last.delete(entry.client)
      else if (entry.kind === 'ok' && facts.ended !== null && !isSend(facts.ended.facts)) {
        const { action, chat, person } = facts.ended.facts
        if (action.name !== 'read' && action.name !== 'deliver') return
        promise(`${chat} ${person} delivered`, entry.result.seq, entry.order)
        promise(`${chat} ${person} read`, entry.result.rev, entry.order)
      } else if (entry.kind === 'position') {
        const key = `${entry.chat} ${entry.person} ${entry.status}`
        const mine = last.get(entry.client) ?? new Map<string, number>()
        last.set(entry.client, mine)
        const before = mine.get(key) ?? 0
        if (entry.seq < before)
          accuse({ rule: 'S1', kind: 'backward', what: 'a position that somebody was told went back', evidence: { entry, before } })
        mine.set(key, Math.max(before, entry.seq))
        promise(key, entry.seq, entry.order)
      }
    },
    conclude() {
      for (const { chat, reader, positions } of facts.readings.standings) {
        for (const { person, delivered, read } of positions) {
          const say = (what: string, evidence: object) =>
            accuse({ rule: 'S1', kind: 'backward', what, evidence: { chat, reader, person, ...evidence } })
          if (read > delivered) say('something is read that is not delivered', { delivered, read })
          for (const [status, seq] of [
            ['delivered', delivered],
            ['read', read],
          ] as const) {
            const told = furthest.get(`${chat} ${person} ${status}`)
            // Between two of whom one blocks the other each is shown as before the block (P4).
            const isHidden = reader !== person && blocks.mayStand(chat)
            if (told !== undefined && seq < told.seq && !isHidden) say(`a ${status} position is behind what was told before`, { seq, told })
          }
        }
      }
    },
  }
}

/** Where a block may stand. */
function followBlocks(facts: Facts): { observe(entry: Entry): void; mayStand(chat: string): boolean } {
  const blocked = new Stays()
  return {
    observe(entry) {
      if (entry.kind === 'invoke' && entry.action.name === 'block') {
        blocked.begin(pairOf(entry.person, entry.action.person), entry.order, facts.changes.at(-1) ?? null)
      } else if (entry.kind === 'ok' && facts.ended !== null && !isSend(facts.ended.facts) && facts.ended.facts.action.name === 'unblock') {
        const change = facts.ended.facts
        blocked.end(pairOf(change.person, facts.ended.facts.action.person), change, entry.order)
      }
    },
    mayStand: (chat) => blocked.lasts(chat),
  }
}

/** Counting goes no further. */
const mostUnread = 1000

/** Who was let in later isn't told of what was said before, and nobody writes down from which number on: they see that many at most. */
export const unreadIsCounted: Rule = (facts, accuse) => ({
  conclude() {
    const isAlwaysIn = memberships(facts)
    for (const { chat, reader, unread, positions } of facts.readings.standings) {
      const read = positions.find(({ person }) => person === reader)?.read ?? 0
      const messages = facts.stored.reading(reader, chat)?.messages ?? []
      const above = messages.filter(({ seq, sender, text }) => seq > read && sender !== reader && text !== null).length
      const counted = Math.min(above, mostUnread)
      if (isAlwaysIn(chat, reader) ? unread === counted : unread <= counted) continue
      const evidence = { chat, reader, unread, counted, read }
      accuse({ rule: 'S2', kind: 'stale', what: 'the unread number is not what counting gives', evidence })
    }
  },
})
