import bcrypt from 'bcrypt'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { createPasswords, requireGoodPassword } from './passwords.ts'

const rounds = 4
const rules = { minLength: 8, classes: 4 }

afterEach(() => vi.restoreAllMocks())

describe('a new password', () => {
  const verdict = (password: string, changed: Partial<typeof rules> = {}) => {
    try {
      requireGoodPassword(password, { ...rules, ...changed }, 'newPassword')
      return 'good'
    } catch (error) {
      expect(error).toMatchObject({ code: 'RULE_BROKEN', fields: [{ field: 'newPassword' }] })
      return (error as AppError).fields?.[0]?.message
    }
  }

  test.each([
    ['Secret-1', 'good'],
    ['Sécrèt 1', 'good'],
    ['Ключик-1', 'good'],
    ['Secre-1', 'must have at least 8 characters'],
    ['😀'.repeat(7), 'must have at least 8 characters'],
    ['secret-1', 'must have a lower-case letter, an upper-case letter, a digit and a sign'],
    ['SECRET-1', 'must have a lower-case letter, an upper-case letter, a digit and a sign'],
    ['Secret-x', 'must have a lower-case letter, an upper-case letter, a digit and a sign'],
    ['Secret11', 'must have a lower-case letter, an upper-case letter, a digit and a sign'],
    [`Aa1-${'x'.repeat(68)}`, 'good'],
    [`Aa1-${'x'.repeat(69)}`, 'must have at most 72 bytes'],
    [`Aa1-${'ä'.repeat(35)}`, 'must have at most 72 bytes'],
  ])('%s: %s', (password, expected) => {
    expect(verdict(password)).toBe(expected)
  })

  test('needs as many kinds of characters as configured', () => {
    expect(verdict('secret11', { classes: 2 })).toBe('good')
    expect(verdict('secretly', { classes: 2 })).toMatch(/^must have 2 of these: /)
  })
})

test('a password matches its own hash only', async () => {
  const passwords = createPasswords(rounds)
  const hash = await passwords.hash('Secret-1')
  expect(await passwords.matches('Secret-1', hash)).toBe(true)
  expect(await passwords.matches('Secret-2', hash)).toBe(false)
})

test('what differs behind the 72 bytes that bcrypt reads does not match', async () => {
  const passwords = createPasswords(rounds)
  const longest = 'x'.repeat(72)
  const hash = await passwords.hash(longest)
  expect(await passwords.matches(longest, hash)).toBe(true)
  expect(await passwords.matches(`${longest}y`, hash)).toBe(false)
})

test('without a hash, one of as many rounds is computed all the same', async () => {
  const compare = vi.spyOn(bcrypt, 'compare')
  expect(await createPasswords(rounds).matches('Secret-1', null)).toBe(false)
  expect(compare).toHaveBeenCalledTimes(1)
  const [, hash] = compare.mock.calls[0] as unknown as [string, string]
  expect(bcrypt.getRounds(hash)).toBe(rounds)
  expect(hash).toHaveLength(60)
})

test('a hash of fewer rounds than configured is weak', async () => {
  const hash = await createPasswords(4).hash('Secret-1')
  expect(createPasswords(5).isWeak(hash)).toBe(true)
  expect(createPasswords(4).isWeak(hash)).toBe(false)
})

test('two hashes are computed at a time, the rest wait in line, and beyond its end they are refused', async () => {
  let computing = 0
  let most = 0
  const finish: (() => void)[] = []
  vi.spyOn(bcrypt, 'compare').mockImplementation(async () => {
    most = Math.max(most, ++computing)
    await new Promise<void>((resolve) => finish.push(resolve))
    computing--
    return true
  })
  const passwords = createPasswords(rounds)
  const hash = await passwords.hash('Secret-1')
  const inLine = Array.from({ length: 66 }, () => passwords.matches('Secret-1', hash))

  const refused = await passwords.matches('Secret-1', hash).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(AppError)
  expect(refused).toMatchObject({ code: 'OVERLOADED', retryAfter: expect.any(Number) })

  for (let done = 0; done < inLine.length; done++) {
    await vi.waitFor(() => expect(finish.length).toBeGreaterThan(0), { interval: 1 })
    finish.shift()?.()
  }
  expect(await Promise.all(inLine)).toEqual(Array(66).fill(true))
  expect(most).toBe(2)
})

test('a failed computation leaves its seat to the next', async () => {
  const passwords = createPasswords(rounds)
  vi.spyOn(bcrypt, 'hash').mockRejectedValue(new Error('out of memory') as never)
  const failures = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash('Secret-1')))
  expect(failures.every((failure) => failure.status === 'rejected')).toBe(true)
  vi.restoreAllMocks()
  expect(await passwords.hash('Secret-1')).toHaveLength(60)
})
