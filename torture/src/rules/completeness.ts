/**
 * C1: whoever is in a chat throughout misses no number of it: each came live, or in an answer of sync, and was what
 * history has. O1: all of them read the same.
 */
import type { EntryOf, ReadMessage } from '../history.ts'
import type { Facts } from './facts.ts'
import { Numbers } from './numbers.ts'
import type { Rule } from './rule.ts'
import type { StoredMessage } from './stored.ts'

/** What one client was not told of one chat; a violation only where its reader was a member throughout. */
interface Withheld {
  readonly client: string
  readonly chat: string
  readonly what: string
  readonly evidence: { readonly id: string }
}

/** How much of what was withheld is kept; when all is wrong, the rest says nothing new. */
const mostWithheld = 10_000

export const nothingMissed: Rule = (facts, accuse) => {
  const known = new Map<string, { readonly client: string; readonly chat: string; readonly numbers: Numbers }>()
  const withheld: Withheld[] = []
  const note = (client: string, chat: string, from: number, to: number) => {
    const key = `${client} ${chat}`
    const entry = known.get(key) ?? { client, chat, numbers: new Numbers() }
    known.set(key, entry)
    entry.numbers.add(from, to)
  }
  return {
    observe(entry) {
      if (entry.kind !== 'seen' && entry.kind !== 'synced') return
      if (entry.kind === 'seen') note(entry.client, entry.chat, entry.from, entry.seq)
      else note(entry.client, entry.chat, entry.reset ? 0 : entry.from, entry.to)
      if (withheld.length < mostWithheld) withheld.push(...(entry.kind === 'seen' ? replaced(facts, entry) : leftOut(facts, entry)))
    },
    conclude() {
      const isAlwaysIn = memberships(facts)
      const hidden = hiddenBy(facts)
      for (const { client, chat, numbers } of known.values()) {
        const head = facts.stored.heads.get(chat) ?? 0
        const missing = isAlwaysIn(chat, facts.personOf(client)) ? numbers.missing(head) : []
        const what = 'a device was told of some numbers neither live nor by sync'
        if (missing.length > 0) accuse({ rule: 'C1', kind: 'gaps', what, evidence: { client, chat, head, missing } })
      }
      for (const { client, chat, what, evidence } of withheld) {
        const person = facts.personOf(client)
        if (!isAlwaysIn(chat, person) || hidden(person, evidence.id)) continue
        accuse({ rule: 'C1', kind: 'lost', what, evidence: { client, chat, ...evidence } })
      }
    },
  }
}

/** Numbers that a live event says to be something else than the messages that took them. */
function replaced({ stored }: Facts, entry: EntryOf<'seen'>): Withheld[] {
  if (entry.event === 'new_message') return []
  const { client, chat } = entry
  return numbersIn(entry.from, entry.seq).flatMap((seq) => {
    const id = stored.at(chat, seq)
    const what = 'a number was said to be something else than the message that took it'
    return id === undefined ? [] : [{ client, chat, what, evidence: { id, entry } }]
  })
}

/** Messages that an answer of sync covers and doesn't hold. */
function leftOut({ stored }: Facts, { client, chat, from, to, reset, messages }: EntryOf<'synced'>): Withheld[] {
  const ids = new Set(messages.map(({ id }) => id))
  // Starting afresh, a device is given the newest, and asks for older ones when somebody wants to see them.
  const before = reset ? Math.min(to, ...messages.map(({ seq }) => seq)) - 1 : from
  return numbersIn(before, to).flatMap((seq) => {
    const id = stored.at(chat, seq)
    if (id === undefined || ids.has(id)) return []
    return [{ client, chat, what: 'an answer of sync leaves a message out', evidence: { id, from, to, reset, seq } }]
  })
}

const numbersIn = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + 1 + index)

/** Who was in which chat from its beginning to the end. */
export function memberships(facts: Facts): (chat: string, person: string) => boolean {
  const always = new Map([...facts.stored.heads.keys()].map((chat) => [chat, new Set(facts.alwaysIn(chat))]))
  return (chat, person) => always.get(chat)?.has(person) ?? false
}

/** What people deleted for themselves alone is theirs to miss. */
export function hiddenBy({ readings }: Facts): (person: string, messageId: string) => boolean {
  const hidden = new Set(
    readings.own.flatMap(({ reader, entries }) =>
      entries.flatMap(({ target }) => (target.startsWith('hidden ') ? [`${reader} ${target.slice('hidden '.length)}`] : [])),
    ),
  )
  return (person, messageId) => hidden.has(`${person} ${messageId}`)
}

export const sameMessage = (one: ReadMessage, other: ReadMessage): boolean =>
  one.id === other.id &&
  one.seq === other.seq &&
  one.rev === other.rev &&
  one.text === other.text &&
  one.reactions.length === other.reactions.length &&
  one.reactions.every((reaction, index) => reaction === other.reactions[index])

/** O1: whoever was in a chat from its beginning to the end reads all of it, and all of them read the same. */
export const sameHistory: Rule = (facts, accuse) => ({
  conclude() {
    const { stored } = facts
    const hidden = hiddenBy(facts)
    const byChat = Map.groupBy<string, StoredMessage>(stored.messages.values(), ({ chat }) => chat)
    for (const [chat] of stored.heads) {
      const all = (byChat.get(chat) ?? []).toSorted((a, b) => a.seq - b.seq)
      for (const reader of facts.alwaysIn(chat)) {
        const mine = stored.reading(reader, chat)
        const expected = all.filter(({ id }) => !hidden(reader, id))
        const differing = expected.find((message, index) => {
          const read = mine?.messages[index]
          return read === undefined || !sameMessage(read, message)
        })
        if (differing === undefined && mine?.messages.length === expected.length) continue
        const evidence = { chat, reader, refused: mine?.refused, reads: mine?.messages.length, of: expected.length, differing }
        accuse({ rule: 'O1', kind: 'lost', what: 'two members read different histories', evidence })
      }
    }
  },
})
