/** O1: one sequence without holes, the same for everybody, live and from history. O2: who waited for an acknowledgement comes later. */
import type { EntryOf } from '../history.ts'
import type { ChangeFacts, Facts, SendFacts } from './facts.ts'
import { Numbers } from './numbers.ts'
import type { Rule } from './rule.ts'

/**
 * Numbers of each chat that nothing accounts for. What changes a message or a chat takes a number that only live events
 * tell, so each change that nobody heard of may account for one.
 */
export const noGaps: Rule = (facts, accuse) => {
  const { stored, readings, changes } = facts
  const taken = new Map<string, Numbers>()
  const heardOf = new Map<string, Set<string>>()
  const take = (chat: string, from: number, to: number) => {
    const numbers = taken.get(chat) ?? new Numbers()
    taken.set(chat, numbers)
    numbers.add(from, to)
  }
  const remember = (chat: string, what: string) => {
    const known = heardOf.get(chat) ?? new Set()
    heardOf.set(chat, known.add(what))
  }
  const untraced = (chat: string) => {
    const heard = heardOf.get(chat) ?? new Set()
    const here = changes.filter((change) => change.chat === chat && !change.refused && mayBeUntraced(change, heard))
    return here.length
  }
  return {
    observe(entry) {
      if (entry.kind !== 'seen' || entry.event === 'stream_void') return
      take(entry.chat, entry.seq - 1, entry.seq)
      if (entry.event === 'message_deleted') remember(entry.chat, `delete ${entry.messageId}`)
      else if (entry.event.startsWith('member_')) remember(entry.chat, `${entry.event} ${entry.seq}`)
    },
    conclude() {
      const say = (what: string, evidence: unknown) => accuse({ rule: 'O1', kind: 'gaps', what, evidence })
      for (const { chat, head, messages } of readings.histories) {
        for (const { seq, rev } of messages) {
          take(chat, seq - 1, seq)
          take(chat, rev - 1, rev)
          if (rev > head) say('a message stands beyond the head of its chat', { chat, head, seq, rev })
        }
      }
      for (const { chat, ok } of changes) if (ok !== null && ok.rev > 0) take(chat, ok.rev - 1, ok.rev)
      for (const [chat, head] of stored.heads) {
        const open = taken.get(chat)?.missing(head, 1000) ?? []
        if (open.length > untraced(chat))
          say('numbers are taken by nothing', { chat, head, open: open.slice(0, 20), mayBeTaken: untraced(chat) })
      }
    },
  }
}

function mayBeUntraced({ action, ok, shown }: ChangeFacts, heard: ReadonlySet<string>): boolean {
  if (action.name === 'add' || action.name === 'remove') return true
  if (ok !== null) return false
  if (action.name === 'edit') return !shown
  return action.name === 'delete' ? !heard.has(`delete ${action.messageId}`) : action.name === 'react' || action.name === 'unreact'
}

/** O2, per person and chat: whatever was acknowledged before a send began has a lower number. */
export const inTurn: Rule = ({ sends }, accuse) => ({
  conclude() {
    const acknowledged = [...sends.values()].filter(({ oks, echo }) => oks.length > 0 && !echo)
    for (const group of Map.groupBy(acknowledged, ({ person, chat }) => `${person} ${chat}`).values()) {
      const byAnswer = group.toSorted((a, b) => answeredAt(a) - answeredAt(b))
      let next = 0
      let highest: SendFacts | undefined
      for (const later of group.toSorted((a, b) => a.invoked - b.invoked)) {
        for (let earlier = byAnswer[next]; earlier !== undefined && answeredAt(earlier) < later.invoked; earlier = byAnswer[++next]) {
          if (highest === undefined || seqOf(earlier) > seqOf(highest)) highest = earlier
        }
        if (highest === undefined || seqOf(highest) < seqOf(later)) continue
        accuse({ rule: 'O2', kind: 'reordered', what: 'a later send has a lower number', evidence: { earlier: highest, later } })
      }
    }
  },
})

const answeredAt = ({ oks }: SendFacts): number => oks[0]?.order ?? Number.POSITIVE_INFINITY
const seqOf = ({ oks }: SendFacts): number => oks[0]?.seq ?? 0

/** What anybody reads or is shown stands where everybody else has it. */
export const samePlaces: Rule = ({ stored, readings }, accuse) => {
  const say = (what: string, evidence: unknown) => accuse({ rule: 'O1', kind: 'reordered', what, evidence })
  const elsewhere = (id: string | null, seq: number) => {
    const message = stored.messages.get(id ?? '')
    return message !== undefined && message.seq !== seq
  }
  return {
    observe(entry) {
      if (entry.kind !== 'seen' || entry.event !== 'new_message') return
      if (elsewhere(entry.messageId, entry.seq)) say('a message was shown at another position than history has it', entry)
    },
    conclude() {
      for (const { reader, messages } of readings.histories) {
        let before = 0
        for (const message of messages) {
          if (elsewhere(message.id, message.seq) || message.seq <= before) say('a page of history is out of order', { reader, message })
          before = message.seq
        }
      }
    },
  }
}

/** On one connection the events of a chat come in the order of their numbers (O1), and none comes twice (E2). */
export const liveOrder: Rule = (facts: Facts, accuse) => {
  const last = new Map<string, Map<string, EntryOf<'seen'>>>()
  return {
    observe(entry) {
      if (entry.kind === 'connected') last.delete(entry.client)
      if (entry.kind !== 'seen') return
      const chats = last.get(entry.client) ?? new Map<string, EntryOf<'seen'>>()
      last.set(entry.client, chats)
      const before = chats.get(entry.chat)
      if (before === undefined || entry.seq > before.seq) return void chats.set(entry.chat, entry)
      const evidence = { before, entry, connection: facts.connections.get(entry.client) }
      if (entry.seq < before.seq) accuse({ rule: 'O1', kind: 'reordered', what: 'events of a chat came out of order', evidence })
      else accuse({ rule: 'E2', kind: 'doubled', what: 'an event came twice on one connection', evidence })
    },
  }
}
