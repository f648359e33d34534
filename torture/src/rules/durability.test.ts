import { test } from 'vitest'
import { andThen, ann, ben, cat, dan, expectFound, history, otherwise, type Plant, seenBy } from '../testing/story.ts'
import type { ViolationKind } from './violation.ts'

const shown = (text: string): Plant =>
  andThen((teller) => teller.tell(seenBy(ben, 'new_message', 11, { messageId: text, clientId: `${text} of mine`, text })))

const plants: Readonly<Record<string, readonly [rule: string, kind: ViolationKind, plant: Plant]>> = {
  'an acknowledged message that is not in the history (D1)': ['D1', 'lost', history((read) => read.filter(({ id }) => id !== 'late'))],
  'an acknowledged message that stands elsewhere (D1)': ['D1', 'lost', otherwise('last', { seq: 8 })],
  'a message that says something else (D1)': ['D1', 'lost', otherwise('late', { text: 'other' })],
  'an acknowledged edit that did not last (D1)': ['D1', 'lost', otherwise('hello', { rev: 2, text: 'hello' })],
  'a deleted message that still says something (D1)': ['D1', 'lost', otherwise('answer', { text: 'answer' })],
  'an acknowledged reaction that is not there (D1)': ['D1', 'lost', otherwise('last', { reactions: [] })],
  'a message that was shown before it was stored, and never stored (D1)': ['D1', 'lost', shown('never')],
  'a refused send that stands in the history (D2)': [
    'D2',
    'refused',
    history((read) => [...read, { id: 'forbidden', seq: 11, rev: 11, sender: cat, text: 'forbidden', reactions: [] }]),
  ],
  'a refused send that was shown (D2)': ['D2', 'refused', shown('forbidden')],
  'a refused edit that was shown (D2)': [
    'D2',
    'refused',
    andThen((teller) => {
      teller.attempt(dan, { name: 'edit', messageId: 'late', text: 'not mine' }, { refused: 'MESSAGE_NOT_FOUND' })
      teller.tell(seenBy(ann, 'message_edited', 11, { messageId: 'late', text: 'not mine' }))
    }),
  ],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, kind, plant]) => {
  await expectFound(plant, rule, kind)
})
