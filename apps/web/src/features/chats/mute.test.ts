import { expect, test } from 'vitest'
import { isForGood, isMuted, muteEnd } from './mute.ts'

const now = new Date('2025-05-03T10:00:00.000Z')
const until = (mutedUntil: string | null) => ({ mutedUntil, pinnedAt: null, archivedAt: null })

test('a chat is muted until its time has come', () => {
  expect([null, '2025-05-03T10:00:01.000Z', '2025-05-03T09:59:59.000Z'].map((end) => isMuted(until(end), now))).toEqual([
    false,
    true,
    false,
  ])
})

test('a mute ends after its hours, or never', () => {
  expect(muteEnd(8, now)).toBe('2025-05-03T18:00:00.000Z')
  const never = muteEnd(Number.POSITIVE_INFINITY, now)
  expect([isForGood(never), isMuted(until(never), new Date('2999-01-01'))]).toEqual([true, true])
})
