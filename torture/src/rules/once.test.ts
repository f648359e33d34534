import { test } from 'vitest'
import { andThen, ann, ben, expectFound, history, isSeen, type Plant, retold } from '../testing/story.ts'

const plants: Readonly<Record<string, readonly [rule: string, plant: Plant]>> = {
  'a message that stands in the history twice (E1)': [
    'E1',
    history((read) => read.flatMap((one) => (one.id === 'late' ? [one, one] : [one]))),
  ],
  'two messages under one client id (E1)': [
    'E1',
    history((read) => [...read, { id: 'late again', seq: 11, rev: 11, sender: ann, text: 'late', reactions: [] }]),
  ],
  'a retry that is acknowledged with another message (E1)': [
    'E1',
    andThen((teller) => teller.send('late', { messageId: 'late again', seq: 11 })),
  ],
  'a retry of an acknowledged send that is refused (E1)': [
    'E1',
    andThen((teller) => teller.send('late', { refused: 'IDEMPOTENCY_CONFLICT' })),
  ],
  'another text that is acknowledged under a used client id (E1)': [
    'E1',
    andThen((teller) => {
      const action = { name: 'send' as const, clientId: 'late of mine', text: 'something else' }
      teller.attempt(ann, action, { messageId: 'late', seq: 7 })
    }),
  ],
  'a live event that comes twice (E2)': [
    'E2',
    (story) => retold(story, (entries) => entries.flatMap((entry) => (isSeen(entry, ben, 7) ? [entry, entry] : [entry]))),
  ],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, plant]) => {
  await expectFound(plant, rule, 'doubled')
})
