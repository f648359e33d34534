import * as contract from '@parley/protocol/messages'
import { type Binding, implement } from '../../core/call.ts'
import type { Send } from '../streams/streams.module.ts'
import { deleteMessage } from './delete-message.ts'
import { editMessage } from './edit-message.ts'
import { getMessage, listMessages } from './list-messages.ts'
import { markPosition } from './mark-position.ts'
import type { MessagesDeps } from './messages.deps.ts'
import type { Positions } from './positions.ts'
import { react } from './react.ts'
import { sendMessage } from './send-message.ts'
import { listStarred, starMessage } from './star-message.ts'

export const messagesHandlers = (deps: MessagesDeps, send: Send, positions: Positions): Binding[] =>
  implement(contract, {
    sendMessage: (call) => sendMessage(call, deps, send),
    editMessage: (call) => editMessage(call, deps),
    deleteMessage: (call) => deleteMessage(call, deps),
    addReaction: (call) => react('add', call, deps),
    removeReaction: (call) => react('remove', call, deps),
    toggleReaction: (call) => react('toggle', call, deps),
    starMessage: (call) => starMessage(call, deps),
    listStarred: (call) => listStarred(call, deps),
    messageDelivered: (call) => markPosition('delivered', call, deps, positions),
    messageRead: (call) => markPosition('read', call, deps, positions),
    getMessage: (call) => getMessage(call, deps),
    listMessages: (call) => listMessages(call, deps),
  })
