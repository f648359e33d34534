import { test } from 'vitest'
import type { Entry } from '../history.ts'
import { ann, ben, expectFound, expectNotFound, isSeen, type Plant, retold } from '../testing/story.ts'
import type { ViolationKind } from './violation.ts'

const changed =
  (change: (entry: Entry) => Entry): Plant =>
  (story) =>
    retold(story, (entries) => entries.map(change))

const isView = (entry: Entry) => entry.kind === 'view'

const plants: Readonly<Record<string, readonly [rule: string, kind: ViolationKind, plant: Plant]>> = {
  'a live event that never came (C1)': [
    'C1',
    'gaps',
    (story) => retold(story, (entries) => entries.filter((entry) => !isSeen(entry, ben, 7))),
  ],
  'a message that a device is told to be nothing (C1)': [
    'C1',
    'lost',
    changed((entry) =>
      isSeen(entry, ben, 7) ? ({ ...entry, event: 'stream_void', messageId: null, clientId: null, text: null } as Entry) : entry,
    ),
  ],
  'an answer of sync without a message that it covers (C1)': [
    'C1',
    'lost',
    changed((entry) => (entry.kind === 'synced' && entry.from === 8 ? { ...entry, messages: [] } : entry)),
  ],
  'an answer of sync that skips numbers (C1)': [
    'C1',
    'gaps',
    changed((entry) => (entry.kind === 'synced' && entry.from === 8 ? { ...entry, from: 9 } : entry)),
  ],
  'a view that has not come to the end (C1)': ['C1', 'stale', changed((entry) => (isView(entry) ? { ...entry, appliedSeq: 8 } : entry))],
  'a view without a message (O3)': [
    'O3',
    'stale',
    changed((entry) => (entry.kind === 'view' ? { ...entry, messages: entry.messages.filter(({ id }) => id !== 'late') } : entry)),
  ],
  'a view that shows what was deleted (O3)': [
    'O3',
    'stale',
    changed((entry) =>
      entry.kind === 'view'
        ? { ...entry, messages: entry.messages.map((one) => (one.id === 'answer' ? { ...one, text: 'answer' } : one)) }
        : entry,
    ),
  ],
  'a member who reads less than another (O1)': [
    'O1',
    'lost',
    ({ entries, readings }) => ({
      entries,
      readings: {
        ...readings,
        histories: readings.histories.map((reading) =>
          reading.reader === ben ? { ...reading, messages: reading.messages.slice(1) } : reading,
        ),
      },
    }),
  ],
  'a star that did not last (D1)': [
    'D1',
    'lost',
    ({ entries, readings }) => ({
      entries,
      readings: { ...readings, own: [{ reader: ben, entries: [{ target: 'star last', seq: 2, value: 'never' }] }] },
    }),
  ],
  'a star that one device forgot (C2)': [
    'C2',
    'stale',
    (story) =>
      retold(story, (entries) =>
        entries.map((entry) => (entry.kind === 'own' ? { ...entry, entries: [{ target: 'star last', seq: 1, value: 'false' }] } : entry)),
      ),
  ],
  'a deletion for oneself that one device forgot (C2)': [
    'C2',
    'stale',
    ({ entries, readings }) => ({
      entries,
      readings: {
        ...readings,
        own: readings.own.map((own) => ({ ...own, entries: [...own.entries, { target: 'hidden hello', seq: 3, value: 'true' }] })),
      },
    }),
  ],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, kind, plant]) => {
  await expectFound(plant, rule, kind)
})

test('what somebody deleted for themselves alone may be missing for them, and for nobody else (O1)', async () => {
  const without =
    (person: string): Plant =>
    ({ entries, readings }) => ({
      entries,
      readings: {
        ...readings,
        own: [{ reader: ben, entries: [...(readings.own[0]?.entries ?? []), { target: 'hidden hello', seq: 3, value: 'true' }] }],
        histories: readings.histories.map((reading) =>
          reading.reader === person ? { ...reading, messages: reading.messages.slice(1) } : reading,
        ),
      },
    })
  await expectFound(without(ann), 'O1', 'lost')
  await expectNotFound(without(ben), 'O1')
})
