import { expect, test } from 'vitest'
import { nothingUnread, readUpTo, recounted, unreadCount, vanished } from './unread.ts'

const myId = 'me'
/** The server counted 40 unread messages up to number 100 of the stream. */
const counted = recounted(nothingUnread, { count: 40, asOf: 100, readSeq: 60 })

test('a count from before I read on settles nothing: it is asked for until the server knows how far I am (S2)', () => {
  const readOn = readUpTo(counted, 80, [], 101, myId)
  expect(readOn.uncertain).toBe(true)
  const before = recounted(readOn, { count: 40, asOf: 100, readSeq: 60 })
  expect(before.uncertain).toBe(true)
  const after = recounted(before, { count: 20, asOf: 100, readSeq: 80 })
  expect(after.uncertain).toBe(false)
  expect(unreadCount(after)).toBe(20)
})

test('a count from before the last of several deletions is asked for again (S2)', () => {
  const deleted = [101, 102].reduce((unread, rev) => vanished(unread, `of ${rev}`, rev, undefined, myId), counted)
  const tooEarly = recounted(deleted, { count: 39, asOf: 101, readSeq: 60 })
  expect(tooEarly.uncertain).toBe(true)
  const after = recounted(tooEarly, { count: 38, asOf: 102, readSeq: 60 })
  expect(after.uncertain).toBe(false)
  expect(unreadCount(after)).toBe(38)
})

test('a count that is older than the one that is known leaves it, and any doubt of it (S2)', () => {
  const doubtful = vanished(counted, 'an old one', 101, undefined, myId)
  expect(recounted(doubtful, { count: 50, asOf: 90, readSeq: 60 })).toEqual(doubtful)
})
