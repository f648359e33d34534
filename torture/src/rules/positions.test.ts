import { test } from 'vitest'
import type { Standing } from '../readings.ts'
import { andThen, ann, ben, expectFound, expectNotFound, type Plant } from '../testing/story.ts'
import type { ViolationKind } from './violation.ts'

const standing =
  (reader: string, change: (standing: Standing) => Standing): Plant =>
  ({ entries, readings }) => ({
    entries,
    readings: { ...readings, standings: readings.standings.map((one) => (one.reader === reader ? change(one) : one)) },
  })

const position = { kind: 'position' as const, client: 'ann/1', chat: 'group', person: ben }

const plants: Readonly<Record<string, readonly [rule: string, kind: ViolationKind, plant: Plant]>> = {
  'a read position that goes back on a connection (S1)': [
    'S1',
    'backward',
    andThen((teller) => teller.tell({ ...position, status: 'read', seq: 6, source: 'frame' })),
  ],
  'a tick that goes back on a screen (S1)': [
    'S1',
    'backward',
    andThen((teller) => {
      teller.tell({ ...position, client: 'ann/sdk', status: 'delivered', seq: 9, source: 'view' })
      teller.tell({ ...position, client: 'ann/sdk', status: 'delivered', seq: 8, source: 'view' })
    }),
  ],
  'a position that was told and is behind in the end (S1)': [
    'S1',
    'backward',
    standing(ann, (one) => ({ ...one, positions: [{ person: ben, delivered: 9, read: 6 }] })),
  ],
  'an acknowledged position that was forgotten (S1)': [
    'S1',
    'backward',
    standing(ben, (one) => ({ ...one, unread: 3, positions: [{ person: ben, delivered: 0, read: 0 }] })),
  ],
  'something read that is not delivered (S1)': [
    'S1',
    'backward',
    standing(ann, (one) => ({ ...one, positions: [{ person: ben, delivered: 9, read: 10 }] })),
  ],
  'an unread number that counting does not give (S2)': ['S2', 'stale', standing(ben, (one) => ({ ...one, unread: 2 }))],
}

const behind = standing(ann, (one) => ({ ...one, chat: 'ann-ben', positions: [{ person: ben, delivered: 4, read: 4 }] }))
const told: Plant = andThen((teller) => teller.tell({ ...position, chat: 'ann-ben', status: 'read', seq: 5, source: 'frame' }))
const block = (name: 'block' | 'unblock'): Plant => andThen((teller) => teller.attempt(ann, { name, person: ben }, { seq: 0 }, ''))

test('while a block stands between two people, how far each has come is shown as before it (P4)', async () => {
  await expectNotFound((story) => behind(block('block')(told(story))), 'S1')
})

test('the checker finds a position that is still behind once the block is gone (S1)', async () => {
  await expectFound((story) => behind(block('unblock')(block('block')(told(story)))), 'S1', 'backward')
})

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, kind, plant]) => {
  await expectFound(plant, rule, kind)
})
