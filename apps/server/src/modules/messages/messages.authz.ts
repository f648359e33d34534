import * as contract from '@parley/protocol/messages'
import { type AuthorisationRow, audience, everyUser, row } from '../../core/authz.ts'

const members = ['member', 'author', 'admin', 'owner'] as const
const membersOnly = { stranger: 'absent', former: 'absent', member: 'yes', author: 'yes', admin: 'yes', owner: 'yes' } as const
const hello = { type: 'text', text: 'hello' } as const

export const rows: AuthorisationRow[] = [
  row(contract.sendMessage, ({ group }) => ({ chatId: group.id, content: hello }), { ...membersOnly, blocked: 'no' }),
  row(contract.getMessage, ({ message }) => ({ messageId: message.id }), membersOnly),
  row(contract.listMessages, ({ group }) => ({ chatId: group.id }), membersOnly),
  row(contract.messageDelivered, ({ message }) => ({ messageId: message.id }), membersOnly),
  row(contract.messageRead, ({ group, message }) => ({ chatId: group.id, seq: message.seq }), membersOnly),
  row(contract.editMessage, ({ message }) => ({ messageId: message.id, content: hello }), {
    stranger: 'absent',
    former: 'absent',
    member: 'no',
    author: 'yes',
    admin: 'no',
    owner: 'no',
  }),
  row(contract.deleteMessage, ({ message }) => ({ messageId: message.id }), {
    stranger: 'absent',
    former: 'absent',
    member: 'no',
    author: 'yes',
    admin: 'yes',
    owner: 'yes',
  }),
  row(contract.addReaction, ({ message }) => ({ messageId: message.id, emoji: '👍' }), { ...membersOnly, blocked: 'no' }),
  row(contract.removeReaction, ({ message }) => ({ messageId: message.id, emoji: '👍' }), { ...membersOnly, blocked: 'no' }),
  row(contract.toggleReaction, ({ message }) => ({ messageId: message.id, emoji: '👍' }), { ...membersOnly, blocked: 'no' }),
  row(contract.starMessage, ({ message }) => ({ messageId: message.id }), membersOnly),
  everyUser(contract.listStarred, () => ({})),
  audience(
    contract.newMessage,
    { definition: contract.sendMessage, input: ({ group }) => ({ chatId: group.id, content: hello }), by: 'author' },
    members,
  ),
  audience(
    contract.messageEdited,
    { definition: contract.editMessage, input: ({ message }) => ({ messageId: message.id, content: hello }), by: 'author' },
    members,
  ),
  audience(
    contract.messageDeleted,
    { definition: contract.deleteMessage, input: ({ message }) => ({ messageId: message.id }), by: 'author' },
    members,
  ),
  audience(
    contract.messageReaction,
    { definition: contract.addReaction, input: ({ message }) => ({ messageId: message.id, emoji: '👍' }), by: 'author' },
    members,
  ),
  // To the author of what was read, and to the reader; the author is the bystander unless the subject is.
  audience(
    contract.messageStatusUpdate,
    { definition: contract.messageRead, input: ({ group, message }) => ({ chatId: group.id, seq: message.seq }), by: 'owner' },
    ['author', 'owner'],
  ),
]
