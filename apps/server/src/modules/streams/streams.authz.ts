import * as contract from '@parley/protocol/streams'
import { type AuthorisationRow, everyUser } from '../../core/authz.ts'

export const rows: AuthorisationRow[] = [
  // Whoever isn't in the chat gets its id back as gone, whether it exists or not.
  everyUser(contract.sync, ({ group }) => ({ chats: { [group.id]: 0 } })),
]
