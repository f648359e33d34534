import * as contract from '@parley/protocol/chats'
import { type AuthorisationRow, audience, everyUser, row, signedInRoles } from '../../core/authz.ts'

const members = ['member', 'author', 'admin', 'owner'] as const
const insideOnly = { stranger: 'absent', former: 'absent', member: 'yes', author: 'yes', admin: 'yes', owner: 'yes' } as const
const adminsOnly = { stranger: 'absent', former: 'absent', member: 'no', author: 'no', admin: 'yes', owner: 'yes' } as const

export const rows: AuthorisationRow[] = [
  everyUser(contract.listChats, () => ({})),
  everyUser(contract.startPrivateChat, ({ outsider }) => ({ userId: outsider.id })),
  everyUser(contract.createGroup, ({ outsider }) => ({ name: 'Reading circle', memberIds: [outsider.id] })),
  row(contract.getChat, ({ group }) => ({ chatId: group.id }), insideOnly),
  row(contract.addMembers, ({ group, outsider }) => ({ chatId: group.id, userIds: [outsider.id] }), { ...adminsOnly, blocked: 'rule' }),
  row(contract.removeMember, ({ group, bystander }) => ({ chatId: group.id, userId: bystander.id }), { ...adminsOnly, blocked: 'rule' }),
  row(contract.updateChatSettings, ({ group }) => ({ chatId: group.id, pinned: true, archived: true, mutedUntil: null }), insideOnly),
  row(contract.saveDraft, ({ group, message }) => ({ chatId: group.id, text: 'half a', replyTo: message.id }), insideOnly),
  row(contract.leaveChat, ({ group }) => ({ chatId: group.id }), { ...insideOnly, blocked: 'rule' }),
  audience(
    contract.chatCreated,
    { definition: contract.createGroup, input: ({ subject }) => ({ name: 'Reading circle', memberIds: [subject.id] }), by: 'owner' },
    signedInRoles,
  ),
  audience(
    contract.memberAdded,
    { definition: contract.addMembers, input: ({ group, outsider }) => ({ chatId: group.id, userId: outsider.id }), by: 'admin' },
    members,
  ),
  audience(
    contract.memberRemoved,
    { definition: contract.removeMember, input: ({ group, bystander }) => ({ chatId: group.id, userId: bystander.id }), by: 'admin' },
    members,
  ),
  audience(
    contract.memberRoleChanged,
    { definition: contract.leaveChat, input: ({ group }) => ({ chatId: group.id }), by: 'owner' },
    members,
  ),
]
