import { test } from 'vitest'
import { andThen, ann, cat, dan, expectFound, expectNotFound, type Plant, type Storyteller, seenBy } from '../testing/story.ts'

const shownTo = (person: string, seq: number, text: string): Plant =>
  andThen((teller) => teller.tell(seenBy(person, 'new_message', seq, { messageId: text, clientId: `${text} of mine`, text })))

const logOut = (teller: Storyteller) => teller.attempt(ann, { name: 'log out' }, { seq: 0 }, '')

const plants: Readonly<Record<string, readonly [rule: string, plant: Plant]>> = {
  'a live event to somebody who was never a member (P1)': ['P1', shownTo(cat, 9, 'last')],
  'a message of before to somebody who joined (P1)': ['P1', shownTo(dan, 2, 'hello')],
  'an answer of sync to somebody outside (P1)': [
    'P1',
    andThen((teller) => {
      const messages = [{ id: 'late', seq: 7, rev: 7, sender: ann, text: 'late', reactions: [] }]
      teller.tell({ kind: 'synced', client: 'cat/1', chat: 'group', from: 0, to: 10, reset: false, messages })
    }),
  ],
  'a history shown to somebody outside (P1)': [
    'P1',
    ({ entries, readings }) => {
      const [full] = readings.histories
      const histories = readings.histories.map((reading) =>
        full !== undefined && reading.reader === cat ? { ...full, reader: cat } : reading,
      )
      return { entries, readings: { ...readings, histories } }
    },
  ],
  'a message sent after a removal to the one who was removed (P2)': ['P2', shownTo(dan, 9, 'last')],
  'a change of a number above that of the removal to the one who was removed (P2)': [
    'P2',
    andThen((teller) => teller.tell(seenBy(dan, 'message_reaction', 10, { messageId: 'last' }))),
  ],
  'a message sent after the end of a session to that session (P2)': [
    'P2',
    andThen((teller) => {
      logOut(teller)
      teller.send('afterwards', { messageId: 'afterwards', seq: 11 })
      teller.tell(seenBy(ann, 'new_message', 11, { messageId: 'afterwards', text: 'afterwards' }))
    }),
  ],
  'a private message from somebody who is blocked (P4)': [
    'P4',
    andThen((teller) => {
      const action = { name: 'send' as const, clientId: 'pushy of mine', text: 'pushy' }
      teller.attempt(cat, action, { messageId: 'pushy', seq: 2 }, 'ann-cat')
    }),
  ],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, plant]) => {
  await expectFound(plant, rule, 'leaks')
})

test('what was on its way when somebody was removed is no leak (P2)', async () => {
  await expectNotFound(shownTo(dan, 7, 'late'), 'P2')
})

test('a session that was begun afterwards may hear what is sent afterwards (P2)', async () => {
  const plant = andThen((teller) => {
    logOut(teller)
    teller.connect('ann/1')
    teller.send('afterwards', { messageId: 'afterwards', seq: 11 })
    teller.tell(seenBy(ann, 'new_message', 11, { messageId: 'afterwards', text: 'afterwards' }))
  })
  await expectNotFound(plant, 'P2')
})

test('a private message is no leak once unblocking has begun (P4)', async () => {
  const plant = andThen((teller) => {
    teller.attempt(ann, { name: 'unblock', person: cat }, 'info', '')
    teller.attempt(cat, { name: 'send', clientId: 'welcome of mine', text: 'welcome' }, { messageId: 'welcome', seq: 2 }, 'ann-cat')
  })
  await expectNotFound(plant, 'P4')
})
