import type { FieldProblem } from '@parley/protocol/errors'
import bcrypt from 'bcrypt'
import { AppError } from '../../core/errors.ts'

/** bcrypt reads no further, so what is longer is refused rather than cut. */
const maxBytes = 72
/** Each computation holds a thread of libuv's pool, which files and DNS need as well. */
const concurrent = 2
/** Beyond this many waiting, the last would wait longer than clients do. */
const longestLine = 64

export interface PasswordRules {
  readonly minLength: number
  /** How many of the four kinds (lower case, upper case, digit, sign) are needed. */
  readonly classes: number
}

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{N}]/u]

/** What is wrong with a new password, in words for whoever chose it; null where nothing is. */
function passwordProblem(password: string, rules: PasswordRules): string | null {
  if ([...password].length < rules.minLength) return `must have at least ${rules.minLength} characters`
  if (Buffer.byteLength(password) > maxBytes) return `must have at most ${maxBytes} bytes`
  if (kinds.filter((kind) => kind.test(password)).length >= rules.classes) return null
  const all = 'a lower-case letter, an upper-case letter, a digit and a sign'
  return rules.classes === kinds.length ? `must have ${all}` : `must have ${rules.classes} of these: ${all}`
}

/** @throws AppError RULE_BROKEN naming `field` */
export function requireGoodPassword(password: string, rules: PasswordRules, field: string): void {
  const problem = passwordProblem(password, rules)
  if (problem === null) return
  const fields: FieldProblem[] = [{ field, message: problem }]
  throw new AppError('RULE_BROKEN', { message: `The password ${problem}.`, fields })
}

export interface Passwords {
  /** @throws AppError OVERLOADED where too many wait already */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one hashed; takes as long without a hash, so that time doesn't tell who exists.
   * @throws AppError OVERLOADED where too many wait already
   */
  matches(password: string, hash: string | null): Promise<boolean>
  /** Whether the hash was made with fewer rounds than new ones. */
  isWeak(hash: string): boolean
}

/** A line in front of `seats` seats; whoever finds it full is sent away. */
function createLine(seats: number, longest: number) {
  let seated = 0
  const waiting: (() => void)[] = []

  return async function sit<T>(work: () => Promise<T>): Promise<T> {
    if (seated < seats) seated++
    else if (waiting.length < longest) await new Promise<void>((called) => waiting.push(called))
    else throw new AppError('OVERLOADED', { retryAfter: 5 })
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else seated--
    }
  }
}

export function createPasswords(rounds: number): Passwords {
  const sit = createLine(concurrent, longestLine)
  const ofNobody = `${bcrypt.genSaltSync(rounds)}${'.'.repeat(31)}`

  return {
    hash: (password) => sit(() => bcrypt.hash(password, rounds)),
    async matches(password, hash) {
      const matched = await sit(() => bcrypt.compare(password, hash ?? ofNobody))
      return matched && hash !== null && Buffer.byteLength(password) <= maxBytes
    },
    isWeak: (hash) => bcrypt.getRounds(hash) < rounds,
  }
}
