/** The log and the readings of a run in which all went well, and ways to tell it otherwise. */
import { expect } from 'vitest'
import { check } from '../checker.ts'
import type { Action, Entry, EntryOf, Fact, ReadMessage } from '../history.ts'
import type { Reading, Readings, Standing } from '../readings.ts'
import type { ViolationKind } from '../rules/violation.ts'

export interface Story {
  readonly entries: readonly Entry[]
  readonly readings: Readings
}

export type Plant = (story: Story) => Story

const group = 'group'
export const [ann, ben, dan, cat] = ['ann', 'ben', 'dan', 'cat'] as const
/** Where each message stands in the group; 1 is the chat's creation, 4 an edit, 5 a deletion, 6 and 8 dan's coming and going, 10 a reaction. */
const places: Readonly<Record<string, number>> = { hello: 2, answer: 3, late: 7, last: 9 }
const senders: Readonly<Record<string, string>> = { hello: ann, answer: ben, late: ann, last: ann }

type End = { readonly messageId?: string; readonly seq: number; readonly rev?: number } | 'info' | { readonly refused: string }

/** Writes facts one after the other, ten milliseconds apart unless it waits. */
export class Storyteller {
  readonly facts: (Fact & { readonly at: number })[] = []
  #now = 0
  #operations = 0

  tell(...facts: readonly Fact[]): void {
    for (const fact of facts) {
      this.#now += 10
      this.facts.push({ ...fact, at: this.#now })
    }
  }

  wait(ms: number): void {
    this.#now += ms
  }

  attempt(person: string, action: Action, end: End, chat: string = group): void {
    const operation = `${person} ${++this.#operations}`
    this.tell({ kind: 'invoke', client: `${person}/1`, person, operation, chat, action })
    if (end === 'info') this.tell({ kind: 'info', operation, reason: 'the connection was lost' })
    else if ('refused' in end) this.tell({ kind: 'fail', operation, code: end.refused, retryable: false })
    else this.tell({ kind: 'ok', operation, result: { messageId: end.messageId ?? null, seq: end.seq, rev: end.rev ?? end.seq } })
  }

  send(text: string, end: End = { messageId: text, seq: places[text] ?? 0 }): void {
    this.attempt(senders[text] ?? cat, { name: 'send', clientId: `${text} of mine`, text }, end)
  }

  /** Both members, or whoever is given, see an event on the connections of their first devices. */
  seen(event: string, seq: number, more: Partial<EntryOf<'seen'>> = {}, people: readonly string[] = [ann, ben]): void {
    for (const person of people) this.tell(seenBy(person, event, seq, more))
  }

  connect(client: string, node = 0): void {
    this.tell({ kind: 'connected', client, person: client.split('/')[0] as string, node }, { kind: 'authenticated', client })
  }
}

export const seenBy = (person: string, event: string, seq: number, more: Partial<EntryOf<'seen'>> = {}): EntryOf<'seen'> => ({
  ...{
    kind: 'seen',
    client: `${person}/1`,
    event,
    chat: group,
    from: seq - 1,
    seq,
    messageId: null,
    clientId: null,
    text: null,
    about: null,
  },
  ...{ order: 0, at: 0 },
  ...more,
})

const message = (id: string, rev: number, text: string | null, reactions: readonly string[] = []): ReadMessage => ({
  ...{ id, seq: places[id] ?? 0, rev, text, reactions },
  sender: senders[id] ?? '',
})

const messages = [
  message('hello', 4, 'hello again'),
  message('answer', 5, null),
  message('late', 7, 'late'),
  message('last', 10, 'last', ['ben 👍']),
]

function conversation(teller: Storyteller): void {
  const shown = (text: string) => ({ messageId: text, clientId: `${text} of mine`, text })
  teller.attempt(ann, { name: 'create', members: [ann, ben] }, { seq: 1 })
  teller.tell({ kind: 'synced', client: 'ann/1', chat: group, from: 0, to: 1, reset: false, messages: [] })
  teller.tell({ kind: 'synced', client: 'ben/1', chat: group, from: 0, to: 1, reset: false, messages: [] })
  teller.send('hello')
  teller.seen('new_message', 2, shown('hello'))
  teller.send('answer', 'info')
  teller.send('answer')
  teller.seen('new_message', 3, shown('answer'))
  teller.attempt(ann, { name: 'edit', messageId: 'hello', text: 'hello again' }, { messageId: 'hello', seq: 2, rev: 4 })
  teller.seen('message_edited', 4, { messageId: 'hello', text: 'hello again' })
  teller.attempt(ben, { name: 'delete', messageId: 'answer' }, { messageId: 'answer', seq: 3, rev: 5 })
  teller.seen('message_deleted', 5, { messageId: 'answer' })
  teller.attempt(ann, { name: 'add', member: dan }, { seq: 0 })
  teller.seen('member_added', 6, { about: dan }, [ann, ben, dan])
  teller.send('late')
  teller.seen('new_message', 7, shown('late'), [ann, ben, dan])
  teller.attempt(ann, { name: 'remove', member: dan }, { seq: 0 })
  teller.seen('member_removed', 8, { about: dan }, [ann, ben, dan])
  teller.send('forbidden', { refused: 'CHAT_NOT_FOUND' })
  // Ben's device comes back, and is told what it missed.
  teller.tell({ kind: 'disconnected', client: 'ben/1', by: 'server' })
  teller.send('last')
  teller.seen('new_message', 9, shown('last'), [ann])
  teller.connect('ben/1', 1)
  teller.tell({ kind: 'synced', client: 'ben/1', chat: group, from: 8, to: 9, reset: false, messages: [message('last', 9, 'last')] })
  teller.attempt(ben, { name: 'react', messageId: 'last', emoji: '👍' }, { messageId: 'last', seq: 9, rev: 10 })
  teller.seen('message_reaction', 10, { messageId: 'last', about: 'ben 👍 added' })
}

/** What belongs to people rather than to the chat: positions, stars, who is there, who may reach whom. */
function aside(teller: Storyteller): void {
  teller.attempt(ben, { name: 'read', seq: 7 }, { seq: 9, rev: 7 })
  const position = { kind: 'position' as const, client: 'ann/1', chat: group, person: ben, source: 'frame' as const }
  teller.tell({ ...position, status: 'delivered', seq: 9 }, { ...position, status: 'read', seq: 7 })
  teller.attempt(ben, { name: 'own', target: 'star last', value: 'false' }, 'info')
  teller.attempt(ben, { name: 'own', target: 'star last', value: 'true' }, { seq: 0 })
  teller.tell({ kind: 'own', client: 'ben/1', entries: [{ target: 'star last', seq: 2, value: 'true' }] })
  teller.attempt(ann, { name: 'create', members: [ann, cat] }, { seq: 1 }, 'ann-cat')
  teller.attempt(ann, { name: 'block', person: cat }, { seq: 0 }, '')
  teller.attempt(cat, { name: 'send', clientId: 'unwelcome of mine', text: 'unwelcome' }, { refused: 'NOT_REACHABLE' }, 'ann-cat')
  teller.tell({ kind: 'presence', client: 'ann/1', person: dan, online: true })
  teller.tell({ kind: 'typing', client: 'ann/1', chat: group, person: ben, isTyping: true })
  teller.tell({ kind: 'disconnected', client: 'dan/1', by: 'client' })
  teller.wait(6000)
  teller.tell({ kind: 'typing', client: 'ann/1', chat: group, person: ben, isTyping: false })
  teller.tell({ kind: 'presence', client: 'ann/1', person: dan, online: false })
  teller.wait(20_000)
  teller.tell({ kind: 'memory', node: 0, bytes: 200 * 2 ** 20 }, { kind: 'exit', code: 0 })
}

const standing = (reader: string, unread: number): Standing => ({
  ...{ chat: group, reader, unread },
  positions: [
    { person: ann, delivered: 0, read: 0 },
    { person: ben, delivered: 9, read: 7 },
  ],
})

export function cleanStory(): Story {
  const teller = new Storyteller()
  for (const person of [ann, ben, dan, cat]) teller.connect(`${person}/1`)
  conversation(teller)
  aside(teller)
  teller.tell({
    kind: 'view',
    client: 'ann/sdk',
    person: ann,
    chat: group,
    state: 'live',
    appliedSeq: 10,
    hasOlder: true,
    messages: messages.slice(1),
  })
  const members = [ann, ben].map((reader): Reading => ({ chat: group, reader, head: 10, messages, refused: null }))
  const others = [dan, cat].map((reader): Reading => ({ chat: group, reader, head: 0, messages: [], refused: 'CHAT_NOT_FOUND' }))
  const silent = [ann, cat].map((reader): Reading => ({ chat: 'ann-cat', reader, head: 1, messages: [], refused: null }))
  const own = [{ reader: ben, entries: [{ target: 'star last', seq: 2, value: 'true' }] }]
  return {
    entries: teller.facts.map((fact, order) => ({ ...fact, order })),
    readings: { histories: [...members, ...others, ...silent], standings: [standing(ann, 0), standing(ben, 1)], own },
  }
}

/** The log written anew, every entry in its place. */
export const retold = ({ entries, readings }: Story, tell: (entries: readonly Entry[]) => readonly Entry[]): Story => ({
  readings,
  entries: tell(entries).map((entry, order) => ({ ...entry, order })),
})

/** Something more happens in the end. */
export const andThen =
  (tell: (teller: Storyteller) => void): Plant =>
  (story) => {
    const teller = new Storyteller()
    teller.wait((story.entries.at(-1)?.at ?? 0) + 1000)
    tell(teller)
    return retold(story, (entries) => [...entries, ...teller.facts.map((fact) => ({ ...fact, order: 0 }))])
  }

/** What members read of the group is changed. */
export const history =
  (change: (messages: readonly ReadMessage[]) => readonly ReadMessage[]): Plant =>
  ({ entries, readings }) => {
    const isOpen = ({ chat, refused }: Reading) => chat === group && refused === null
    const histories = readings.histories.map((reading) => (isOpen(reading) ? { ...reading, messages: change(reading.messages) } : reading))
    return { entries, readings: { ...readings, histories } }
  }

/** One message reads otherwise. */
export const otherwise = (id: string, change: Partial<ReadMessage>): Plant =>
  history((read) => read.map((one) => (one.id === id ? { ...one, ...change } : one)))

export const isSeen = (entry: Entry, person: string, seq: number): boolean =>
  entry.kind === 'seen' && entry.client === `${person}/1` && entry.seq === seq

export async function expectFound(plant: Plant, rule: string, kind: ViolationKind): Promise<void> {
  const { entries, readings } = plant(cleanStory())
  const { counts, violations } = await check(entries, readings)
  expect(violations).toContainEqual(expect.objectContaining({ rule, kind }))
  expect(counts[kind]).toBeGreaterThan(0)
}

export async function expectNotFound(plant: Plant, rule: string): Promise<void> {
  const { entries, readings } = plant(cleanStory())
  const { violations } = await check(entries, readings)
  expect(violations.filter((violation) => violation.rule === rule)).toEqual([])
}
