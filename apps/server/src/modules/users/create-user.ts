import { randomInt } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Tx } from '../../platform/database/database.ts'
import { insertUser, isTaken, type NewUser } from './users.queries.ts'

/** Who registers; of username and name at least one is given, the other is derived. */
export interface Registration {
  readonly email: string
  readonly passwordHash: string
  readonly username?: string | undefined
  readonly name?: string | undefined
}

const maxUsername = 50
const attempts = 8

/** `Ada Lovelace` → `ada.lovelace`; what leaves nothing a username may hold becomes `user`. Never the e-mail address: usernames are public. */
function usernameFrom(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}_-]+/u)
    .filter((word) => word !== '')
  const joined = words.join('.')
  return joined.length < 2 ? 'user' : joined
}

/** The plain name first, then with ever more digits behind it, so that few tries find a free one. */
function candidate(base: string, attempt: number): string {
  const digits = attempt === 0 ? '' : String(randomInt(1, 10 ** (attempt + 1)))
  const room = maxUsername - digits.length
  // Cut between two halves of a letter, the first half goes too.
  return base.slice(0, room).replace(/[\uD800-\uDBFF]$/, '') + digits
}

/**
 * Creates the account.
 * @throws AppError EMAIL_TAKEN, or USERNAME_TAKEN where a username was asked for
 */
export async function createUser(tx: Tx, registration: Registration, clock: Clock): Promise<NewUser> {
  const { email, passwordHash, username: wanted } = registration
  const base = wanted ?? usernameFrom(registration.name ?? '')
  for (let attempt = 0; attempt < (wanted === undefined ? attempts : 1); attempt++) {
    const username = candidate(base, attempt)
    const user = { id: newId(), username, name: registration.name ?? username, email, passwordHash }
    if (await insertUser(tx, user, new Date(clock.now()))) return user
    if (await isTaken(tx, { email })) throw new AppError('EMAIL_TAKEN')
  }
  throw new AppError('USERNAME_TAKEN')
}
