/** O1: one sequence without holes, the same for everybody, live and from history. O2: who waited for an acknowledgement comes later. */
import type { EntryOf, Reading, ReadMessage } from '../history.ts'
import type { Digest, SendFacts } from './digest.ts'
import type { Violation } from './violation.ts'

/** Positions of each chat that nothing accounts for. Changes whose outcome nobody knows may each have taken one. */
export function gaps(facts: Digest): Violation[] {
  return [...facts.fullest.values()].flatMap((reading): Violation[] => {
    const taken = takenPositions(reading, facts)
    const open = Array.from({ length: reading.head }, (_, index) => index + 1).filter((position) => !taken.has(position))
    const beyond = reading.messages.filter(({ rev }) => rev > reading.head)
    const evidence = { chatId: reading.chatId, head: reading.head, open, beyond }
    if (beyond.length > 0) return [{ rule: 'O1', kind: 'gaps', what: 'a message stands beyond the head of its chat', evidence }]
    if (open.length <= untracedChanges(reading, facts)) return []
    return [{ rule: 'O1', kind: 'gaps', what: 'positions are taken by nothing', evidence }]
  })
}

function takenPositions({ chatId, messages }: Reading, { seen, changes }: Digest): Set<number> {
  const taken = new Set(messages.flatMap(({ seq, rev }) => [seq, rev]))
  for (const entry of seen) if (entry.chatId === chatId) taken.add(entry.seq)
  for (const { chatId: changed, ok, action } of changes) {
    // What adding and removing people answers is where the chat has come to, not what the change took.
    if (changed === chatId && ok !== null && action.name !== 'add' && action.name !== 'remove') taken.add(ok.rev)
  }
  return taken
}

/** How many changes may have taken a position without anybody having told which. */
function untracedChanges({ chatId, messages }: Reading, { seen, changes }: Digest): number {
  const inChat = seen.filter((entry) => entry.chatId === chatId)
  const texts = new Set([...messages, ...inChat].map(({ text }) => text))
  const deleted = new Set(inChat.filter(({ event }) => event === 'message_deleted').map(({ messageId }) => messageId))
  const here = changes.filter((change) => change.chatId === chatId && !change.refused)
  const ofMessages = here.filter(({ action, ok }) => {
    if (ok !== null) return false
    return action.name === 'edit' ? !texts.has(action.text) : action.name === 'delete' && !deleted.has(action.messageId)
  })
  const ofMembers = here.filter(({ action }) => action.name === 'add' || action.name === 'remove')
  const shown = new Set(inChat.filter(({ event }) => event.startsWith('member_')).map(({ seq }) => seq))
  return ofMessages.length + Math.max(0, ofMembers.length - shown.size)
}

export function reordered(facts: Digest): Violation[] {
  return [...outOfTurn(facts), ...differentViews(facts), ...liveOrder(facts, 'reordered')]
}

/** O2, per person and chat: whatever was acknowledged before a send began has a lower number. */
function outOfTurn({ sends }: Digest): Violation[] {
  const acknowledged = sends.filter(({ oks }) => oks.length > 0)
  const groups = Map.groupBy(acknowledged, ({ userId, chatId }) => `${userId} ${chatId}`)
  return [...groups.values()].flatMap((group) => {
    const byAnswer = group.toSorted((a, b) => answeredAt(a) - answeredAt(b))
    let next = 0
    let highest: SendFacts | undefined
    return group
      .toSorted((a, b) => a.invoked - b.invoked)
      .flatMap((send): Violation[] => {
        for (let earlier = byAnswer[next]; earlier !== undefined && answeredAt(earlier) < send.invoked; earlier = byAnswer[++next]) {
          if (highest === undefined || seqOf(earlier) > seqOf(highest)) highest = earlier
        }
        if (highest === undefined || seqOf(highest) < seqOf(send)) return []
        return [{ rule: 'O2', kind: 'reordered', what: 'a later send has a lower number', evidence: { earlier: highest, later: send } }]
      })
  })
}

const answeredAt = ({ oks }: SendFacts): number => oks[0]?.order ?? Number.POSITIVE_INFINITY
const seqOf = ({ oks }: SendFacts): number => oks[0]?.seq ?? 0

/** What anybody reads or is shown live must stand where the fullest reading has it. */
function differentViews({ readings, fullest, seen }: Digest): Violation[] {
  const stored = new Map([...fullest.values()].flatMap(({ messages }) => messages).map((message) => [message.id, message]))
  const elsewhere = (id: string | null, seq: number) => {
    const message = stored.get(id ?? '')
    return message !== undefined && message.seq !== seq
  }
  const say = (what: string, evidence: unknown): Violation => ({ rule: 'O1', kind: 'reordered', what, evidence })
  return [
    ...readings.flatMap((reading) =>
      reading.messages
        .filter((message, index) => elsewhere(message.id, message.seq) || message.seq <= seqBefore(reading.messages, index))
        .map((message) => say('a page of history is out of order', { readerId: reading.readerId, message })),
    ),
    ...seen
      .filter(({ event, messageId, seq }) => event === 'new_message' && elsewhere(messageId, seq))
      .map((entry) => say('a message was shown at another position than history has it', entry)),
  ]
}

const seqBefore = (messages: readonly ReadMessage[], index: number): number => messages[index - 1]?.seq ?? 0

/** On one connection, the events of a chat come in the order of their numbers (reordered), and none comes twice (doubled). */
export function liveOrder({ seen }: Digest, kind: 'reordered' | 'doubled'): Violation[] {
  const last = new Map<string, EntryOf<'seen'>>()
  return seen.flatMap((entry): Violation[] => {
    const key = `${entry.client} ${entry.connection} ${entry.chatId}`
    const before = last.get(key)
    if (before === undefined || entry.seq > before.seq) {
      last.set(key, entry)
      return []
    }
    const found = entry.seq === before.seq ? 'doubled' : 'reordered'
    if (found !== kind) return []
    const what = found === 'doubled' ? 'an event came twice on one connection' : 'events of a chat came out of order'
    return [{ rule: found === 'doubled' ? 'E2' : 'O1', kind, what, evidence: { before, entry } }]
  })
}
