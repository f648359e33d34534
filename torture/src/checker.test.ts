/** The checker finds what is planted, and nothing in a clean run. */
import { expect, test } from 'vitest'
import { check } from './checker.ts'
import { type Action, type Entry, History, type Reading, type ReadMessage } from './history.ts'
import type { ViolationKind } from './rules/violation.ts'

interface Story {
  readonly entries: readonly Entry[]
  readonly readings: readonly Reading[]
}

const chatId = 'group'
const [ann, ben, dan, cat] = ['ann', 'ben', 'dan', 'cat']
const sender: Record<string, string> = { hello: ann, answer: ben, late: ann, last: ann }
/** Where each message stands; 1 is the chat's creation, 4 an edit, 5 a deletion, 6 and 8 dan's coming and going. */
const places: Record<string, number> = { hello: 2, answer: 3, late: 7, last: 9 }

/** Writes the log of a chat in which all went well: a retry, an edit, a deletion, somebody who came and went, a refused send. */
class Storyteller {
  readonly #history = new History(null)
  #operations = 0

  attempt(userId: string, action: Action, end: { ok: number; messageId?: string } | 'info' | 'CHAT_NOT_FOUND'): void {
    const mine = { client: `${userId}/1`, operation: String(++this.#operations) }
    this.#history.write({ kind: 'invoke', ...mine, userId, chatId, action })
    if (end === 'info') this.#history.write({ kind: 'info', ...mine, reason: 'the connection was lost' })
    else if (end === 'CHAT_NOT_FOUND') this.#history.write({ kind: 'fail', ...mine, code: end, retryable: false })
    else this.#history.write({ kind: 'ok', ...mine, result: { messageId: end.messageId ?? null, seq: placeOf(end), rev: end.ok } })
  }

  send(text: string, end: 'ok' | 'info' = 'ok'): void {
    const action = { name: 'send' as const, clientId: `${text} of mine`, text }
    this.attempt(sender[text] ?? cat, action, end === 'ok' ? { ok: places[text] ?? 0, messageId: text } : 'info')
  }

  /** Both members, and dan where given, see an event on their one connection. */
  seen(event: string, seq: number, message: string | null, text: string | null = null, viewers = [ann, ben]): void {
    for (const userId of viewers) {
      const isNew = event === 'new_message'
      this.#history.write({
        ...{ kind: 'seen', client: `${userId}/1`, userId, connection: 1, event, chatId, seq, messageId: message, text },
        senderId: sender[message ?? ''] ?? null,
        clientId: isNew ? `${message} of mine` : null,
      })
    }
  }

  get entries(): readonly Entry[] {
    return this.#history.entries
  }
}

const placeOf = ({ ok, messageId }: { ok: number; messageId?: string }): number => places[messageId ?? ''] ?? ok

function cleanStory(): Story {
  const tell = new Storyteller()
  tell.attempt(ann, { name: 'create', memberIds: [ann, ben] }, { ok: 1 })
  tell.send('hello')
  tell.seen('new_message', 2, 'hello', 'hello')
  tell.send('answer', 'info')
  tell.send('answer')
  tell.seen('new_message', 3, 'answer', 'answer')
  tell.attempt(ann, { name: 'edit', messageId: 'hello', text: 'hello again' }, { ok: 4, messageId: 'hello' })
  tell.seen('message_edited', 4, 'hello', 'hello again')
  tell.attempt(ben, { name: 'delete', messageId: 'answer' }, { ok: 5, messageId: 'answer' })
  tell.seen('message_deleted', 5, 'answer')
  tell.attempt(ann, { name: 'add', memberId: dan }, { ok: 6 })
  tell.seen('member_added', 6, null, null, [ann, ben, dan])
  tell.send('late')
  tell.seen('new_message', 7, 'late', 'late', [ann, ben, dan])
  tell.attempt(ann, { name: 'remove', memberId: dan }, { ok: 8 })
  tell.seen('member_removed', 8, null, null, [ann, ben, dan])
  tell.attempt(cat, { name: 'send', clientId: 'forbidden of mine', text: 'forbidden' }, 'CHAT_NOT_FOUND')
  tell.send('last')
  tell.seen('new_message', 9, 'last', 'last')
  const message = (id: string, rev: number, text: string | null): ReadMessage => ({
    ...{ id, seq: places[id] ?? 0, rev, text },
    senderId: sender[id] ?? '',
  })
  const messages = [message('hello', 4, 'hello again'), message('answer', 5, null), message('late', 7, 'late'), message('last', 9, 'last')]
  const members = [ann, ben].map((readerId): Reading => ({ chatId, readerId, head: 9, messages, refused: null }))
  const others = [dan, cat].map((readerId): Reading => ({ chatId, readerId, head: 0, messages: [], refused: 'CHAT_NOT_FOUND' }))
  return { entries: tell.entries, readings: [...members, ...others] }
}

type Plant = (story: Story) => Partial<Story>

const history = ({ readings }: Story, change: (messages: readonly ReadMessage[]) => readonly ReadMessage[]): Partial<Story> => ({
  readings: readings.map((reading) => (reading.refused === null ? { ...reading, messages: change(reading.messages) } : reading)),
})

/** Writes the log anew, every entry in its place. */
const rewritten = (entries: readonly Entry[]): Partial<Story> => ({ entries: entries.map((entry, order) => ({ ...entry, order })) })

const isSeen = (entry: Entry, userId: string, seq: number) => entry.kind === 'seen' && entry.userId === userId && entry.seq === seq

const seenBy = (story: Story, userId: string, seq: number): Entry => {
  const entry = story.entries.find((candidate) => isSeen(candidate, userId, seq))
  if (entry === undefined) throw new Error(`${userId} saw nothing at ${seq}`)
  return entry
}

const plants: Record<string, { rule: string; kind: ViolationKind; plant: Plant }> = {
  'an acknowledged message that is not in the history': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) => history(story, (messages) => messages.filter(({ id }) => id !== 'late')),
  },
  'an acknowledged message that stands elsewhere': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) => history(story, (messages) => messages.map((message) => (message.id === 'last' ? { ...message, seq: 8 } : message))),
  },
  'a message that says something else': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) =>
      history(story, (messages) => messages.map((message) => (message.id === 'late' ? { ...message, text: 'other' } : message))),
  },
  'an acknowledged edit that did not last': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) =>
      history(story, (messages) => messages.map((message) => (message.id === 'hello' ? { ...message, rev: 2, text: 'hello' } : message))),
  },
  'a deleted message that still says something': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) =>
      history(story, (messages) => messages.map((message) => (message.id === 'answer' ? { ...message, text: 'answer' } : message))),
  },
  'a message that was shown before it was stored, and never stored': {
    ...{ rule: 'D1', kind: 'lost' },
    plant: (story) => {
      const shown = { ...seenBy(story, ben, 9), messageId: 'never', clientId: 'never of mine', text: 'never', seq: 10 } as Entry
      return rewritten([...story.entries, shown])
    },
  },
  'a refused send that stands in the history': {
    ...{ rule: 'D2', kind: 'refused' },
    plant: (story) => history(story, (messages) => [...messages, { id: 'forbidden', seq: 10, rev: 10, senderId: cat, text: 'forbidden' }]),
  },
  'a refused send that was shown': {
    ...{ rule: 'D2', kind: 'refused' },
    plant: (story) =>
      rewritten([...story.entries, { ...seenBy(story, ben, 9), messageId: 'forbidden', text: 'forbidden', seq: 10 } as Entry]),
  },
  'a message that stands in the history twice': {
    ...{ rule: 'E1', kind: 'doubled' },
    plant: (story) => history(story, (messages) => messages.flatMap((message) => (message.id === 'late' ? [message, message] : [message]))),
  },
  'two messages under one client id': {
    ...{ rule: 'E1', kind: 'doubled' },
    plant: (story) => history(story, (messages) => [...messages, { id: 'late again', seq: 10, rev: 10, senderId: ann, text: 'late' }]),
  },
  'a retry that is acknowledged with another message': {
    ...{ rule: 'E1', kind: 'doubled' },
    plant: ({ entries }) => {
      const again = { client: 'ann/2', operation: 'again' }
      const action = { name: 'send' as const, clientId: 'late of mine', text: 'late' }
      return rewritten([
        ...entries,
        { kind: 'invoke', ...again, userId: ann, chatId, action, order: 0, at: 0 },
        { kind: 'ok', ...again, result: { messageId: 'late again', seq: 10, rev: 10 }, order: 0, at: 0 },
      ])
    },
  },
  'another text that is acknowledged under a used client id': {
    ...{ rule: 'E1', kind: 'doubled' },
    plant: ({ entries }) => {
      const other = { client: 'ann/2', operation: 'other' }
      const action = { name: 'send' as const, clientId: 'late of mine', text: 'something else' }
      return rewritten([
        ...entries,
        { kind: 'invoke', ...other, userId: ann, chatId, action, order: 0, at: 0 },
        { kind: 'ok', ...other, result: { messageId: 'late', seq: 7, rev: 7 }, order: 0, at: 0 },
      ])
    },
  },
  'a hole in the sequence': {
    ...{ rule: 'O1', kind: 'gaps' },
    plant: ({ readings }) => ({ readings: readings.map((reading) => (reading.refused === null ? { ...reading, head: 10 } : reading)) }),
  },
  'a later send with a lower number': {
    ...{ rule: 'O2', kind: 'reordered' },
    plant: ({ entries }) =>
      rewritten(
        entries.map((entry) =>
          entry.kind === 'ok' && entry.result.messageId === 'late' ? { ...entry, result: { ...entry.result, seq: 10 } } : entry,
        ),
      ),
  },
  'live events in the wrong order': {
    ...{ rule: 'O1', kind: 'reordered' },
    plant: (story) => {
      const [second, third] = [seenBy(story, ben, 2), seenBy(story, ben, 3)]
      return rewritten(story.entries.map((entry) => (entry === second ? third : entry === third ? second : entry)))
    },
  },
  'a live event that comes twice': {
    ...{ rule: 'E2', kind: 'doubled' },
    plant: (story) => rewritten(story.entries.flatMap((entry) => (entry === seenBy(story, ben, 7) ? [entry, entry] : [entry]))),
  },
  'a page of history out of order': {
    ...{ rule: 'O1', kind: 'reordered' },
    plant: (story) => history(story, (messages) => messages.toReversed()),
  },
  'a member who reads less than another': {
    ...{ rule: 'O1', kind: 'lost' },
    plant: ({ readings }) => ({
      readings: readings.map((reading) => (reading.readerId === ben ? { ...reading, messages: reading.messages.slice(1) } : reading)),
    }),
  },
  'a live event to somebody who was never a member': {
    ...{ rule: 'P1', kind: 'leaks' },
    plant: (story) => rewritten([...story.entries, { ...seenBy(story, ben, 9), userId: cat, client: 'cat/1' } as Entry]),
  },
  'a live event to somebody who was removed': {
    ...{ rule: 'P1', kind: 'leaks' },
    plant: (story) => rewritten([...story.entries, { ...seenBy(story, ben, 9), userId: dan, client: 'dan/1' } as Entry]),
  },
  'a message of before to somebody who joined': {
    ...{ rule: 'P1', kind: 'leaks' },
    plant: (story) => rewritten([...story.entries, { ...seenBy(story, ben, 2), userId: dan, client: 'dan/2' } as Entry]),
  },
  'a history shown to somebody outside': {
    ...{ rule: 'P1', kind: 'leaks' },
    plant: ({ readings }) => ({
      readings: readings.map((reading) => (reading.readerId === cat ? { ...(readings[0] as Reading), readerId: cat } : reading)),
    }),
  },
  'an internal error': {
    ...{ rule: 'B2', kind: 'broken' },
    plant: ({ entries }) =>
      rewritten(entries.map((entry) => (entry.kind === 'fail' ? { ...entry, code: 'INTERNAL', retryable: true } : entry))),
  },
  'a server that does not end in order': {
    ...{ rule: 'B3', kind: 'broken' },
    plant: ({ entries }) => rewritten([...entries, { kind: 'exit', code: 1, order: 0, at: 0 }]),
  },
}

test('a clean history passes, and is counted', () => {
  const { entries, readings } = cleanStory()
  const { counts, violations } = check(entries, readings)
  expect(violations).toEqual([])
  expect(counts).toMatchObject({ sends: 5, attempts: 6, acknowledged: 4, kills: 0, lost: 0, doubled: 0, reordered: 0, gaps: 0, leaks: 0 })
})

test.each(Object.entries(plants))('the checker finds %s', (_, { rule, kind, plant }) => {
  const story = cleanStory()
  const { entries, readings } = { ...story, ...plant(story) }
  const { counts, violations } = check(entries, readings)
  expect(violations).toContainEqual(expect.objectContaining({ rule, kind }))
  expect(counts[kind]).toBeGreaterThan(0)
})

test('a position that an unanswered edit may have taken is no gap, one more is', () => {
  const { entries, readings } = cleanStory()
  const lostEdit = { client: 'ann/1', operation: 'lost edit' }
  const action = { name: 'edit' as const, messageId: 'late', text: 'never seen' }
  const uncertain = [
    ...entries,
    { kind: 'invoke' as const, ...lostEdit, userId: ann, chatId, action, order: entries.length, at: 0 },
    { kind: 'info' as const, ...lostEdit, reason: 'the server was killed', order: entries.length + 1, at: 0 },
  ]
  const upTo = (head: number) => readings.map((reading) => (reading.refused === null ? { ...reading, head } : reading))
  expect(check(uncertain, upTo(10)).violations).toEqual([])
  expect(check(uncertain, upTo(11)).violations).toContainEqual(expect.objectContaining({ rule: 'O1', kind: 'gaps' }))
})
