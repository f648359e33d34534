import { expect, test, vi } from 'vitest'
import { memoryRates } from '../../platform/rates/memory.ts'
import { limitedAttempts } from './login-attempts.ts'

const fail = async () => null
const succeed = async () => 'session'

test('after five failures a key has to wait, whatever it tries, and another key has not', async () => {
  const attempts = limitedAttempts(memoryRates)
  for (let n = 0; n < 5; n++) expect(await attempts.attempt('ada', fail)).toBeNull()
  await expect(attempts.attempt('ada', succeed)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 900 })
  expect(await attempts.attempt('bob', succeed)).toBe('session')
})

test('of a hundred attempts made at once, five are tried', async () => {
  const attempts = limitedAttempts(memoryRates)
  const tried = vi.fn(fail)
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => attempts.attempt('ada', tried)))
  expect(tried).toHaveBeenCalledTimes(5)
  expect(results.filter((result) => result.status === 'rejected')).toHaveLength(95)
})

test('a success clears what failed before it', async () => {
  const attempts = limitedAttempts(memoryRates)
  for (let n = 0; n < 4; n++) await attempts.attempt('ada', fail)
  expect(await attempts.attempt('ada', succeed)).toBe('session')
  for (let n = 0; n < 5; n++) expect(await attempts.attempt('ada', fail)).toBeNull()
})

test('any number of right passwords at once all get in', async () => {
  const attempts = limitedAttempts(memoryRates)
  expect(await Promise.all(Array.from({ length: 20 }, () => attempts.attempt('ada', succeed)))).toEqual(Array(20).fill('session'))
})

test('an attempt that breaks down counts for nothing and lets the next one in', async () => {
  const attempts = limitedAttempts(memoryRates)
  for (let n = 0; n < 6; n++) {
    await expect(attempts.attempt('ada', () => Promise.reject(new Error('database away')))).rejects.toThrow('database away')
  }
  expect(await attempts.attempt('ada', succeed)).toBe('session')
})
