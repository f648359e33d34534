import { expect, test } from 'vitest'
import { chatOf } from '../../testing/factories.ts'
import { countLabel, totalUnread } from './unread.ts'

const now = new Date('2025-05-03T10:00:00.000Z')
const none = { mutedUntil: null, pinnedAt: null, archivedAt: null }

test('a count ends at a thousand, which is shown as more than 999', () => {
  expect([0, 7, 999, 1000].map(countLabel)).toEqual(['0', '7', '999', '999+'])
})

test('what waits in muted and archived chats is not counted in all', () => {
  const chats = [
    chatOf('a', { unreadCount: 2 }),
    chatOf('b', { unreadCount: 3, mySettings: { ...none, mutedUntil: '2025-05-03T11:00:00.000Z' } }),
    chatOf('c', { unreadCount: 4, mySettings: { ...none, mutedUntil: '2025-05-03T09:00:00.000Z' } }),
    chatOf('d', { unreadCount: 5, mySettings: { ...none, archivedAt: '2025-05-03T09:00:00.000Z' } }),
  ]
  expect(totalUnread(chats, now)).toBe(6)
})
