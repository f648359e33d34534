import i18next from 'i18next'

/** The reader's own variant of the page's language: 24 hours for en-GB, AM and PM for en-US. */
const locale = () => navigator.languages.find((tag) => tag.startsWith(i18next.language)) ?? i18next.language

const format = (iso: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale(), options).format(new Date(iso))

const dayNumber = (date: Date) => Math.round(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 86_400_000)

/** Whole days in the reader's time zone from `iso` until now. */
export const daysAgo = (iso: string, now: Date) => dayNumber(now) - dayNumber(new Date(iso))

export const sameDay = (one: string, other: string) => new Date(one).toDateString() === new Date(other).toDateString()

/** 09:41 */
export const clockTime = (iso: string) => format(iso, { hour: 'numeric', minute: '2-digit' })

/** As exact as a tooltip needs it: Saturday 3 May 2025 at 09:41 */
export const fullTime = (iso: string) => format(iso, { dateStyle: 'full', timeStyle: 'short' })

/** The header above a day's messages. */
export function dayName(iso: string, now = new Date()): string {
  const days = daysAgo(iso, now)
  if (days === 0) return i18next.t('messages.today')
  if (days === 1) return i18next.t('messages.yesterday')
  const year = new Date(iso).getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return format(iso, { weekday: 'long', day: 'numeric', month: 'long', ...year })
}

/** The time in a list: of today the hour, of this week the weekday, else the date. */
export function listTime(iso: string, now = new Date()): string {
  const days = daysAgo(iso, now)
  if (days === 0) return clockTime(iso)
  if (days > 0 && days < 7) return format(iso, { weekday: 'short' })
  return shortDate(iso, now)
}

/** 3 May, and the year where it's another. */
export const shortDate = (iso: string, now = new Date()) =>
  format(iso, { day: 'numeric', month: 'short', ...(new Date(iso).getFullYear() === now.getFullYear() ? {} : { year: '2-digit' }) })
