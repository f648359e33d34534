import { updateChatSettings } from '@parley/protocol/chats'
import { editMessage } from '@parley/protocol/messages'
import * as contract from '@parley/protocol/streams'
import { type AuthorisationRow, audience, everyUser } from '../../core/authz.ts'

/** As an answer gives it. */
const since = Buffer.from('2026-01-01T00:00:00.000000Z').toString('base64url')

export const rows: AuthorisationRow[] = [
  // Whoever isn't in the chat gets its id back as gone, whether it exists or not; everything else is one's own.
  everyUser(contract.sync, ({ group }) => ({ chats: { [group.id]: 0 }, userSeq: 0, since })),
  audience(
    contract.userStream,
    { definition: updateChatSettings, input: ({ group }) => ({ chatId: group.id, pinned: true }), by: 'owner' },
    ['owner'],
  ),
  // In place of a change to what is from before somebody's joining; of those in the world's group all were there.
  audience(
    contract.streamVoid,
    {
      definition: editMessage,
      input: ({ message }) => ({ messageId: message.id, content: 'hello' }),
      by: 'author',
    },
    [],
  ),
]
