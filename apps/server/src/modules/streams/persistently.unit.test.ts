import { expect, test } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { persistently } from './persistently.ts'

test('what the database was away for is done once it is back (C1)', async () => {
  let tries = 0
  const work = async () => {
    if (++tries < 3) throw new AppError('UNAVAILABLE')
    return 'told'
  }
  expect(await persistently(work)).toBe('told')
  expect(tries).toBe(3)
})

test('a mistake is not repeated: nobody waits for what will not pass', async () => {
  let tries = 0
  const mistake = new TypeError('not a frame')
  const work = async () => {
    tries++
    throw mistake
  }
  await expect(persistently(work)).rejects.toBe(mistake)
  expect(tries).toBe(1)
})
