/**
 * P1: nobody sees a message of a time at which they were not in its chat, neither live nor in the history.
 * P2: once a removal or the end of a session is acknowledged, nothing more is sent to who is gone. What was sent before
 * may still be on its way, so two things are decided: that no message gets there whose sending began after the
 * acknowledgement, and that no number gets there above the one that the removal itself took, where anybody saw that.
 */
import type { EntryOf } from '../history.ts'
import { type ChangeFacts, type Facts, isSend } from './facts.ts'
import type { Rule } from './rule.ts'
import { pairOf, Stays } from './stays.ts'

const keyOf = (chat: string, person: string) => `${chat} ${person}`

/** Follows who is in which chat. */
function followMembers(
  facts: Facts,
  stays: Stays,
  onRemoved: (change: ChangeFacts, order: number) => void,
): Required<Pick<ReturnType<Rule>, 'observe'>> {
  return {
    observe(entry) {
      if (entry.kind === 'invoke' && entry.action.name === 'create') {
        for (const member of entry.action.members) stays.begin(keyOf(entry.chat, member), entry.order, null)
      } else if (entry.kind === 'invoke' && entry.action.name === 'add') {
        stays.begin(keyOf(entry.chat, entry.action.member), entry.order, facts.changes.at(-1) ?? null)
      } else if (entry.kind === 'ok' && facts.ended !== null && !isSend(facts.ended.facts) && facts.ended.facts.action.name === 'remove') {
        const change = facts.ended.facts
        stays.end(keyOf(change.chat, facts.ended.facts.action.member), change, entry.order)
        onRemoved(change, entry.order)
      }
    },
  }
}

export const noLeaks: Rule = (facts, accuse) => {
  const stays = new Stays()
  const members = followMembers(facts, stays, () => undefined)
  const mayHold = (chat: string, person: string, text: string | null) => {
    const key = keyOf(chat, person)
    const send = text === null ? undefined : facts.sends.get(text)
    // Editing an old message shows it to nobody new, so an edit has no latest moment of its own.
    const earliest = send?.invoked ?? (text === null ? undefined : facts.edits.get(text)?.invoked)
    const latest = send?.oks[0]?.order ?? Number.POSITIVE_INFINITY
    for (const { from, until } of stays.of(key)) if (earliest === undefined || (earliest < until && latest > from)) return true
    return false
  }
  return {
    observe(entry) {
      members.observe(entry)
      if (entry.kind === 'seen' && !mayHold(entry.chat, facts.personOf(entry.client), entry.text)) {
        accuse({ rule: 'P1', kind: 'leaks', what: 'somebody was shown what is not for them', evidence: entry })
      } else if (entry.kind === 'synced') {
        const person = facts.personOf(entry.client)
        const leaked = entry.messages.find(({ text }) => !mayHold(entry.chat, person, text))
        if (leaked !== undefined)
          accuse({ rule: 'P1', kind: 'leaks', what: 'sync tells somebody what is not for them', evidence: { person, entry, leaked } })
      }
    },
    conclude() {
      for (const { chat, reader, messages } of facts.readings.histories) {
        const isMember = stays.lasts(keyOf(chat, reader))
        for (const message of messages) {
          if (isMember && (message.text === null || mayHold(chat, reader, message.text))) continue
          accuse({ rule: 'P1', kind: 'leaks', what: 'somebody reads what is not for them', evidence: { chat, reader, message } })
        }
      }
    },
  }
}

interface Removal {
  readonly invoked: number
  readonly order: number
  /** The number that it took; null until somebody was shown it. */
  seq: number | null
}

export const goneIsGone: Rule = (facts, accuse) => {
  const stays = new Stays()
  const removals = new Map<string, Removal>()
  const members = followMembers(facts, stays, ({ chat, action, invoked }, order) => {
    if (action.name !== 'remove' || stays.lasts(keyOf(chat, action.member))) return
    const key = keyOf(chat, action.member)
    removals.set(key, { invoked, order, seq: shownRemovals.get(key)?.find(({ at }) => at > invoked)?.seq ?? null })
  })
  /** The last one that anybody was shown, by chat and person. */
  const shownRemovals = new Map<string, { readonly seq: number; readonly at: number }[]>()
  const noteRemoval = ({ chat, about, seq, order }: EntryOf<'seen'>) => {
    const key = keyOf(chat, about ?? '')
    shownRemovals.set(key, [{ seq, at: order }])
    const removal = removals.get(key)
    if (removal !== undefined && removal.seq === null && order > removal.invoked) removal.seq = seq
  }
  /** By client, where in the log the end of its session was acknowledged. */
  const ended = new Map<string, number>()
  const judge = (entry: EntryOf<'seen'>) => {
    const person = facts.personOf(entry.client)
    const sentAt = entry.text === null ? undefined : (facts.sends.get(entry.text)?.invoked ?? facts.edits.get(entry.text)?.invoked)
    const removal = removals.get(keyOf(entry.chat, person))
    if (removal !== undefined && !stays.lasts(keyOf(entry.chat, person))) {
      const late = (sentAt !== undefined && sentAt > removal.order) || (removal.seq !== null && entry.seq > removal.seq)
      if (late)
        accuse({
          rule: 'P2',
          kind: 'leaks',
          what: 'an event reached somebody whose removal was acknowledged',
          evidence: { entry, removal },
        })
    }
    const end = ended.get(entry.client)
    if (end !== undefined && sentAt !== undefined && sentAt > end) {
      accuse({ rule: 'P2', kind: 'leaks', what: 'an event reached a session whose end was acknowledged', evidence: { entry, end } })
    }
  }
  return {
    observe(entry) {
      members.observe(entry)
      if (entry.kind === 'connected') ended.delete(entry.client)
      else if (entry.kind === 'ok' && facts.ended !== null && !isSend(facts.ended.facts) && facts.ended.facts.action.name === 'log out') {
        ended.set(facts.ended.client, entry.order)
      } else if (entry.kind === 'seen') {
        if (entry.event === 'member_removed') noteRemoval(entry)
        judge(entry)
      }
    },
  }
}

/** P4, as far as private messages go: nothing is stored between two people whose block surely stood from before the send to after its answer. */
export const blockedIsSilent: Rule = (facts, accuse) => {
  /** When it may have been open between two people; they begin unblocked. */
  const open = new Stays()
  const known = new Set<string>()
  const unblocked = (pair: string) => {
    if (!known.has(pair)) open.begin(pair, 0, null)
    known.add(pair)
  }
  return {
    observe(entry) {
      if (entry.kind === 'invoke' && (entry.action.name === 'block' || entry.action.name === 'unblock')) {
        const pair = pairOf(entry.person, entry.action.person)
        unblocked(pair)
        if (entry.action.name === 'unblock') open.begin(pair, entry.order, facts.changes.at(-1) ?? null)
      }
      if (entry.kind !== 'ok' || facts.ended === null) return
      const { facts: settled, invoked } = facts.ended
      if (!isSend(settled)) {
        if (settled.action.name === 'block') open.end(pairOf(settled.person, settled.action.person), settled, entry.order)
        return
      }
      // Asking again for what was stored before is answered as at first.
      if (!known.has(settled.chat) || settled.invoked !== invoked || open.lasts(settled.chat) || endedAfter(open, settled.chat, invoked))
        return
      accuse({
        rule: 'P4',
        kind: 'leaks',
        what: 'a private message was accepted from somebody who was blocked',
        evidence: { entry, send: settled },
      })
    },
  }
}

const endedAfter = (open: Stays, pair: string, order: number): boolean => [...open.of(pair)].some(({ until }) => until > order)
