/** A clean run passes; what is planted in one is found, rule by rule, in the tests beside the rules. */
import { expect, test } from 'vitest'
import { check, table } from './checker.ts'
import { andThen, ann, cleanStory } from './testing/story.ts'

test('a clean history passes, and is counted', async () => {
  const { entries, readings } = cleanStory()
  const { counts, violations } = await check(entries, readings)
  expect(violations).toEqual([])
  expect(counts).toMatchObject({
    sends: 6,
    attempts: 7,
    acknowledged: 4,
    kills: 0,
    partitions: 0,
    lost: 0,
    doubled: 0,
    reordered: 0,
    gaps: 0,
    leaks: 0,
  })
})

test('kills and partitions are counted', async () => {
  const fault = { kind: 'fault' as const, number: 1, away: [] }
  const { entries, readings } = andThen((teller) => {
    teller.tell(
      { ...fault, what: 'kill the server of node 0', phase: 'begin' },
      { ...fault, what: 'kill the server of node 0', phase: 'end' },
    )
    teller.tell({ ...fault, what: 'partition: drop', phase: 'begin' }, { ...fault, what: 'partition: drop', phase: 'end' })
  })(cleanStory())
  expect((await check(entries, readings)).counts).toMatchObject({ kills: 1, partitions: 1 })
})

test('a report names every count and shows each violation with its rule', async () => {
  const { entries, readings } = andThen((teller) => teller.tell({ kind: 'exit', code: 1 }))(cleanStory())
  const printed = table(await check(entries, readings))
  expect(printed).toMatch(/^lost +0$/m)
  expect(printed).toMatch(/^broken +1$/m)
  expect(printed).toContain('B3: the server did not end in order')
})

test('a number that an unanswered edit may have taken is no gap, one more is', async () => {
  const story = andThen((teller) => teller.attempt(ann, { name: 'edit', messageId: 'late', text: 'never seen' }, 'info'))(cleanStory())
  const gapsUpTo = async (head: number) => {
    const histories = story.readings.histories.map((reading) => (reading.messages.length > 0 ? { ...reading, head } : reading))
    const { violations } = await check(story.entries, { ...story.readings, histories })
    return violations.filter(({ what }) => what === 'numbers are taken by nothing')
  }
  // Two changes of members took numbers as well, which nobody can tell apart from others.
  expect(await gapsUpTo(13)).toEqual([])
  expect(await gapsUpTo(14)).toMatchObject([{ rule: 'O1', kind: 'gaps' }])
})
