import i18next from 'i18next'
import { clockTime, daysAgo, shortDate } from '../../i18n/dates.ts'
import type { Presence } from './presence.ts'

/** “online”, or when somebody was last there; undefined where that isn't known. */
export function presenceText(presence: Presence | undefined, now = new Date()): string | undefined {
  if (presence === undefined || (presence.status === 'offline' && presence.lastSeen === null)) return undefined
  if (presence.status !== 'offline' || presence.lastSeen === null) return i18next.t('presence.online')
  const time = clockTime(presence.lastSeen)
  const days = daysAgo(presence.lastSeen, now)
  if (days === 0) return i18next.t('presence.seenToday', { time })
  if (days === 1) return i18next.t('presence.seenYesterday', { time })
  return i18next.t('presence.seenOn', { date: shortDate(presence.lastSeen, now), time })
}

export const isThere = (presence: Presence | undefined): boolean => presence !== undefined && presence.status !== 'offline'
