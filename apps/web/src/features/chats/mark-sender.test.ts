import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MarkSender } from './mark-sender.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first mark is sent at once, the furthest of those that follow within a second as one', () => {
  const sent: [string, number][] = []
  const marks = new MarkSender(async (...mark) => sent.push(mark))
  for (const seq of [1, 2, 5, 3]) marks.mark('a', seq)
  marks.mark('b', 4)
  expect(sent).toEqual([
    ['a', 1],
    ['b', 4],
  ])
  vi.advanceTimersByTime(999)
  expect(sent).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(sent.slice(2)).toEqual([['a', 5]])
  vi.advanceTimersByTime(5_000)
  marks.mark('a', 5)
  expect(sent).toHaveLength(3)
})

test('what could not be sent is sent when it is asked for again', async () => {
  const sent: number[] = []
  const marks = new MarkSender(async (_, seq) => {
    sent.push(seq)
    if (sent.length === 1) throw new Error('away')
  })
  marks.mark('a', 3)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(sent).toEqual([3])
  marks.mark('a', 3)
  expect(sent).toEqual([3, 3])
})
