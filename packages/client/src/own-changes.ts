/** What only I see, and reactions of mine: shown as soon as I ask for it, and taken back when the server refuses. */
import type { Chat } from '@parley/protocol/chats'
import type { ChatInput, OwnEntry } from './chat-state.ts'
import type { OpenChat } from './chat-view.ts'
import type { ChatsOperations, MessagesOperations, Operations } from './operations.ts'
import { newTempId } from './temp-id.ts'

interface OwnChangesParts {
  readonly requests: Operations
  /** The same as this very person, or not at all. */
  readonly requestsAs: (userId: string) => Operations
  /** Tells whoever shows the chat, in a view or in a list. */
  readonly tell: (chatId: string, input: ChatInput) => void
  /** A chat that is shown somewhere. */
  readonly chat: (chatId: string) => Chat | undefined
  /** The view of the chat that a shown message is in. */
  readonly viewOf: (messageId: string) => OpenChat | undefined
  readonly userId: () => string | undefined
  /** A chat of mine that an answer told of. */
  readonly onChat: (chat: Chat) => void
}

/** Without a number: whatever my own stream tells comes later, and is right. */
const now = (entry: OwnEntry): ChatInput => ({ kind: 'own', entry })

export function showingAtOnce(parts: OwnChangesParts): Operations {
  const { requests } = parts
  return { ...requests, chats: chatsOf(parts), messages: messagesOf(parts) }
}

interface Shown {
  readonly next: () => void
  readonly former: () => void
  /** Whether it's still this change that is shown: what came since, of another change or from my own stream, is newer. */
  readonly isMine: () => boolean
}

/** Shows `next` until the answer comes, which says what is; where there is none, `former` again. */
async function instead<Answer>({ next, former, isMine }: Shown, request: () => Promise<Answer>): Promise<Answer> {
  next()
  try {
    return await request()
  } catch (error) {
    if (isMine()) former()
    throw error
  }
}

function chatsOf({ requests, requestsAs, tell, chat, userId, onChat }: OwnChangesParts): ChatsOperations {
  const { chats } = requests
  const settings = (chatId: string, mySettings: Chat['mySettings']) =>
    tell(chatId, now({ kind: 'chat_settings', seq: 0, chatId, mySettings }))
  const draft = (chatId: string, value: Chat['draft']) => tell(chatId, now({ kind: 'draft', seq: 0, chatId, draft: value }))
  return {
    ...chats,
    async updateChatSettings(input) {
      const former = chat(input.chatId)?.mySettings
      if (former === undefined) return chats.updateChatSettings(input)
      const changed = changedSettings(former, input)
      const isMine = () => chat(input.chatId)?.mySettings === changed
      const shown = { next: () => settings(input.chatId, changed), former: () => settings(input.chatId, former), isMine }
      const answer = await instead(shown, () => chats.updateChatSettings(input))
      if (isMine()) settings(input.chatId, answer.mySettings)
      return answer
    },
    async saveDraft(input) {
      const former = chat(input.chatId)?.draft
      if (former === undefined) return chats.saveDraft(input)
      const { text, replyTo = null } = input
      const written = text === '' && replyTo === null ? null : { text, replyTo, updatedAt: new Date().toISOString() }
      const isMine = () => chat(input.chatId)?.draft === written
      const shown = { next: () => draft(input.chatId, written), former: () => draft(input.chatId, former), isMine }
      // Saved a while after it was written: whoever logged in meanwhile didn't write it.
      const writer = userId()
      return instead(shown, () => (writer === undefined ? chats : requestsAs(writer).chats).saveDraft(input))
    },
    startPrivateChat: (input) => chats.startPrivateChat(input).then((answer) => told(answer, answer.chat, onChat)),
    createGroup: (input) => chats.createGroup(input).then((answer) => told(answer, answer.chat, onChat)),
  }
}

function told<Answer>(answer: Answer, chat: Chat, onChat: (chat: Chat) => void): Answer {
  onChat(chat)
  return answer
}

type SettingsChange = Parameters<ChatsOperations['updateChatSettings']>[0]

function changedSettings(former: Chat['mySettings'], { mutedUntil, pinned, archived }: SettingsChange): Chat['mySettings'] {
  const since = (on: boolean | undefined, was: string | null) => (on === undefined ? was : on ? (was ?? new Date().toISOString()) : null)
  return {
    mutedUntil: mutedUntil === undefined ? former.mutedUntil : mutedUntil,
    pinnedAt: since(pinned, former.pinnedAt),
    archivedAt: since(archived, former.archivedAt),
  }
}

function messagesOf({ requests, tell, viewOf, userId }: OwnChangesParts): MessagesOperations {
  const { messages } = requests
  const position = (chatId: string, reached: { deliveredSeq: number; readSeq: number }) =>
    tell(chatId, { kind: 'position', position: { userId: userId() ?? '', ...reached } })

  const reacting = (request: 'addReaction' | 'removeReaction', action: 'added' | 'removed'): MessagesOperations['addReaction'] => {
    return async (input) => {
      const view = viewOf(input.messageId)
      const id = newTempId()
      const reaction = { emoji: input.emoji, userId: userId() ?? '', createdAt: new Date().toISOString() }
      const next = () => view?.put({ kind: 'reacting', reacting: { id, messageId: input.messageId, action, reaction } })
      const shown = { next, former: () => view?.put({ kind: 'reacted', id }), isMine: () => true }
      const answer = await instead(shown, () => messages[request](input))
      const { message } = answer
      // The number that touched it last stands for the message as it is now.
      view?.put({ kind: 'frame', frame: { name: 'message_edited', payload: { chatId: message.chatId, seq: message.rev, message } } })
      view?.put({ kind: 'reacted', id, message })
      return answer
    }
  }
  return {
    ...messages,
    addReaction: reacting('addReaction', 'added'),
    removeReaction: reacting('removeReaction', 'removed'),
    async starMessage(input) {
      const view = viewOf(input.messageId)
      if (view === undefined) return messages.starMessage(input)
      const { chatId } = view
      const star = (starred: boolean) => view.put(now({ kind: 'star', seq: 0, chatId, messageId: input.messageId, starred }))
      const former = view.state.starredIds.has(input.messageId)
      const lastTold = () => view.state.ownSeqs.get(`star ${input.messageId}`)
      const told = lastTold()
      const shown = { next: () => star(input.starred ?? true), former: () => star(former), isMine: () => lastTold() === told }
      return instead(shown, () => messages.starMessage(input))
    },
    async deleteMessage(input) {
      const answer = await messages.deleteMessage(input)
      const { id, chatId } = answer.message
      if (input.forEveryone === false) tell(chatId, now({ kind: 'hidden', seq: 0, chatId, messageId: id }))
      return answer
    },
    async messageRead(input) {
      const answer = await messages.messageRead(input)
      position(answer.chatId, answer)
      return answer
    },
  }
}
