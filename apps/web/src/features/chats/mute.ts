/** For how long a chat keeps quiet. No I/O. */
import type { Chat } from '@parley/client'

/** In hours; the last is for good. */
export const muteSpans = [
  { label: 'chatMenu.hour', hours: 1 },
  { label: 'chatMenu.eightHours', hours: 8 },
  { label: 'chatMenu.week', hours: 7 * 24 },
  { label: 'chatMenu.always', hours: Number.POSITIVE_INFINITY },
] as const

const forGood = '9999-12-31T23:59:59.000Z'

export const isMuted = ({ mutedUntil }: Chat['mySettings'], now: Date): boolean => mutedUntil !== null && new Date(mutedUntil) > now

export const muteEnd = (hours: number, now: Date): string =>
  hours === Number.POSITIVE_INFINITY ? forGood : new Date(now.getTime() + hours * 3_600_000).toISOString()

/** Whether a mute has no end that is worth telling. */
export const isForGood = (mutedUntil: string): boolean => mutedUntil.startsWith('9999')
