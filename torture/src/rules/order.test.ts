import { test } from 'vitest'
import type { Entry } from '../history.ts'
import { ben, expectFound, history, isSeen, type Plant, retold } from '../testing/story.ts'
import type { ViolationKind } from './violation.ts'

const swapped = (story: { entries: readonly Entry[] }, one: number, other: number): readonly Entry[] => {
  const [first, second] = [one, other].map((seq) => story.entries.find((entry) => isSeen(entry, ben, seq)) as Entry) as [Entry, Entry]
  return story.entries.map((entry) => (entry === first ? second : entry === second ? first : entry))
}

const plants: Readonly<Record<string, readonly [rule: string, kind: ViolationKind, plant: Plant]>> = {
  'a hole in the sequence (O1)': [
    'O1',
    'gaps',
    ({ entries, readings }) => {
      const histories = readings.histories.map((reading) => (reading.messages.length > 0 ? { ...reading, head: 14 } : reading))
      return { entries, readings: { ...readings, histories } }
    },
  ],
  'a message beyond the end of its chat (O1)': [
    'O1',
    'gaps',
    history((read) => read.map((one) => (one.id === 'last' ? { ...one, rev: 99 } : one))),
  ],
  'live events in the wrong order (O1)': ['O1', 'reordered', (story) => retold(story, () => swapped(story, 2, 3))],
  'a page of history out of order (O1)': ['O1', 'reordered', history((read) => read.toReversed())],
  'a message shown where history does not have it (O1)': [
    'O1',
    'reordered',
    (story) => retold(story, (entries) => entries.map((entry) => (isSeen(entry, ben, 7) ? ({ ...entry, seq: 6 } as Entry) : entry))),
  ],
  'a later send with a lower number (O2)': [
    'O2',
    'reordered',
    (story) =>
      retold(story, (entries) =>
        entries.map((entry) =>
          entry.kind === 'ok' && entry.result.messageId === 'late' ? { ...entry, result: { ...entry.result, seq: 11 } } : entry,
        ),
      ),
  ],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, kind, plant]) => {
  await expectFound(plant, rule, kind)
})
