import * as contract from '@parley/protocol/presence'
import { type AuthorisationRow, audience, everyUser, ownSocket, row } from '../../core/authz.ts'

const membersOnly = { stranger: 'absent', former: 'absent', member: 'yes', author: 'yes', admin: 'yes', owner: 'yes' } as const

export const rows: AuthorisationRow[] = [
  row(contract.typingStart, ({ group }) => ({ chatId: group.id }), membersOnly),
  row(contract.typingStop, ({ group }) => ({ chatId: group.id }), membersOnly),
  everyUser(contract.watchPresence, ({ bystander }) => ({ userIds: [bystander.id] })),
  audience(
    contract.userTyping,
    { definition: contract.typingStart, input: ({ group }) => ({ chatId: group.id }), by: 'author' },
    // To everybody but the typist.
    ['member', 'admin', 'owner'],
  ),
  ownSocket(contract.userStatusChanged),
]
