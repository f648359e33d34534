import { expect, test } from 'vitest'
import { chatOf, memberOf, messageOf } from '../../testing/factories.ts'
import { countArrival, countLabel, keepPositions, movePosition, readSeqOf, totalUnread } from './positions.ts'

const read = (userId: string, readSeq: number) => ({ userId, deliveredSeq: readSeq, readSeq })

test('a message of another person above my position is unread, once; my own and those that I have read are not', () => {
  const chat = chatOf('a', { lastSeq: 4, members: [{ ...memberOf('me'), readSeq: 6 }, memberOf('ben')] })
  const arrivals = [messageOf(7), messageOf(8, { senderId: 'me' }), messageOf(6), messageOf(4)]
  expect(arrivals.map((message) => countArrival(chat, message, 'me').unreadCount)).toEqual([1, 0, 0, 0])
  expect(countArrival({ ...chat, lastSeq: 7 }, messageOf(7), 'me').unreadCount).toBe(0)
})

test('a count ends at a thousand, which is shown as more than 999', () => {
  const chat = countArrival(chatOf('a', { unreadCount: 1000 }), messageOf(1), 'me')
  expect(chat.unreadCount).toBe(1000)
  expect([0, 7, 999, 1000].map(countLabel)).toEqual(['0', '7', '999', '999+'])
  expect(totalUnread([chat, chatOf('b', { unreadCount: 2 })])).toBe(1002)
})

test('reading up to the last message leaves nothing unread; reading less, or what others read, leaves the count', () => {
  const chat = chatOf('a', { lastMessage: messageOf(5), lastSeq: 6, unreadCount: 3 })
  expect(movePosition(chat, read('me', 5), 'me').unreadCount).toBe(0)
  expect(movePosition(chat, read('me', 4), 'me').unreadCount).toBe(3)
  expect(movePosition(chat, read('ben', 5), 'me').unreadCount).toBe(3)
})

test('a position never goes back, and what is read is delivered (S1)', () => {
  const chat = [read('ben', 5), read('ben', 3), { userId: 'ben', deliveredSeq: 4, readSeq: 0 }].reduce(
    (state, position) => movePosition(state, position, 'me'),
    chatOf('a'),
  )
  expect(chat.members[1]).toMatchObject({ deliveredSeq: 5, readSeq: 5 })
})

test('an answer that is older than what came live changes neither positions nor the count that belongs to them', () => {
  const answer = chatOf('a', { lastMessage: messageOf(9), unreadCount: 4 })
  const known = movePosition({ ...answer, unreadCount: 2 }, read('me', 7), 'me')
  const kept = keepPositions(answer, known, 'me')
  expect([readSeqOf(kept, 'me'), kept.unreadCount]).toEqual([7, 2])
  expect(keepPositions({ ...known, unreadCount: 1 }, known, 'me').unreadCount).toBe(1)
})
