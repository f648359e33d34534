import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OwnTyping } from './own-typing.ts'
import { Typists } from './typists.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('writing is told every three seconds at most, its end once and at once', () => {
  const signs: string[] = []
  const typing = new OwnTyping({ start: (chatId) => signs.push(`start ${chatId}`), stop: (chatId) => signs.push(`stop ${chatId}`) })
  for (const now of [0, 500, 2_999, 3_000, 3_500]) typing.wrote('a', 'text', now)
  typing.wrote('b', '  ', 4_000)
  typing.wrote('a', '', 4_000)
  typing.stopped('a')
  typing.wrote('a', 'more', 4_001)
  expect(signs).toEqual(['start a', 'start a', 'stop a', 'start a'])
})

test('typists stand in the order in which they began, each once, until they end', () => {
  const typists = new Typists()
  let changes = 0
  typists.subscribe(() => changes++)
  typists.began('a', 'asha')
  typists.began('a', 'ben')
  typists.began('a', 'asha')
  expect(typists.in('a')).toEqual(['asha', 'ben'])
  expect(typists.in('b')).toBe(typists.in('c'))
  typists.ended('a', 'asha')
  typists.ended('b', 'asha')
  expect(typists.in('a')).toEqual(['ben'])
  expect(changes).toBe(3)
})

test('somebody of whom nothing more is heard is forgotten, and everybody when the connection is lost', () => {
  const typists = new Typists()
  typists.began('a', 'asha')
  vi.advanceTimersByTime(60_000)
  expect(typists.in('a')).toEqual([])
  typists.began('a', 'asha')
  typists.began('b', 'ben')
  typists.forgetAll()
  expect([typists.in('a'), typists.in('b')]).toEqual([[], []])
})
