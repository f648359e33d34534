import * as contract from '@parley/protocol/chats'
import { type Binding, implement } from '../../core/call.ts'
import { addMembers } from './add-members.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { createGroup } from './create-group.ts'
import { getChat, listChats } from './list-chats.ts'
import { removeFromGroup } from './remove-member.ts'
import { saveDraft } from './save-draft.ts'
import { startPrivateChat } from './start-private-chat.ts'
import { updateChatSettings } from './update-chat-settings.ts'

export const chatsHandlers = (deps: ChatsDeps): Binding[] =>
  implement(contract, {
    listChats: (call) => listChats(call, deps),
    getChat: async ({ viewer, input }) => ({ chat: await getChat(deps, viewer.userId, input.chatId) }),
    startPrivateChat: (call) => startPrivateChat(call, deps),
    updateChatSettings: (call) => updateChatSettings(call, deps),
    saveDraft: (call) => saveDraft(call, deps),
    createGroup: (call) => createGroup(call, deps),
    addMembers: (call) => addMembers(call, deps),
    removeMember: async ({ viewer, input }) => {
      await removeFromGroup(deps, viewer.userId, input.chatId, input.userId)
      return {}
    },
    leaveChat: async ({ viewer, input }) => {
      await removeFromGroup(deps, viewer.userId, input.chatId, viewer.userId)
      return {}
    },
  })
