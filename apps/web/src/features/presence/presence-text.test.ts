import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { en } from '../../i18n/en.ts'
import { presenceText } from './presence-text.ts'

beforeAll(async () => void (await i18next.init({ lng: 'en', resources: { en: { translation: en } } })))

const at = (month: number, day: number) => new Date(2025, month, day, 22, 12).toISOString()
const text = (status: string, lastSeen: string | null) => presenceText({ userId: 'ben', status, lastSeen }, new Date(2025, 4, 3, 23))

test('who is there is online; of others it is said when they were, as far as it is known', () => {
  expect(text('online', at(4, 2))).toBe('online')
  expect(text('offline', at(4, 3))).toMatch(/^last seen today at .*12/)
  expect(text('offline', at(4, 2))).toMatch(/^last seen yesterday at /)
  expect(text('offline', at(2, 1))).toMatch(/^last seen on .*Mar.* at /)
  expect([text('offline', null), presenceText(undefined)]).toEqual([undefined, undefined])
})
