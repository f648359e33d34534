/** The authorisation table as a whole. */
import type { AuthorisationRow } from '../core/authz.ts'
import { rows as authRows } from '../modules/auth/auth.authz.ts'
import { rows as chatRows } from '../modules/chats/chats.authz.ts'
import { rows as messageRows } from '../modules/messages/messages.authz.ts'
import { rows as operationRows } from '../modules/operations/operations.authz.ts'
import { rows as presenceRows } from '../modules/presence/presence.authz.ts'
import { rows as streamRows } from '../modules/streams/streams.authz.ts'
import { rows as userRows } from '../modules/users/users.authz.ts'

export const authorisationRows: readonly AuthorisationRow[] = [
  ...authRows,
  ...userRows,
  ...chatRows,
  ...messageRows,
  ...operationRows,
  ...streamRows,
  ...presenceRows,
]
