import type { Member } from '@parley/client'
import { expect, test } from 'vitest'
import { chatOf, memberOf, messageOf } from '../../testing/factories.ts'
import { tickOf } from './tick.ts'

const mine = messageOf(5, { senderId: 'me' })
const member = (userId: string, deliveredSeq: number, readSeq: number, given: Partial<Member> = {}): Member => ({
  ...memberOf(userId),
  deliveredSeq,
  readSeq,
  ...given,
})
const ticks = (...others: Member[]) => tickOf(chatOf('a', { members: [member('me', 0, 0), ...others] }), mine)

test('a message is sent, then delivered, then read by the other person', () => {
  expect([ticks(member('ben', 4, 4)), ticks(member('ben', 5, 4)), ticks(member('ben', 5, 5)), ticks(member('ben', 9, 9))]).toEqual([
    'sent',
    'delivered',
    'read',
    'read',
  ])
})

test('in a group it is delivered or read when that is so for all others', () => {
  expect(ticks(member('ben', 5, 5), member('cy', 4, 0))).toBe('sent')
  expect(ticks(member('ben', 5, 5), member('cy', 5, 4))).toBe('delivered')
  expect(ticks(member('ben', 5, 5), member('cy', 6, 6))).toBe('read')
})

test('who joined after it was sent takes nothing back', () => {
  expect(ticks(member('ben', 5, 5), member('cy', 0, 0, { joinedAt: '2025-05-04T00:00:00.000Z' }))).toBe('read')
})

test('where nobody else is, it is sent', () => {
  expect(ticks()).toBe('sent')
})
