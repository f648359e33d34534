/** The list of chats as it is kept on the page, and how live events change it. No I/O. */
import type { Chat, Member, Message } from '@parley/client'
import type { LiveEvent } from '../../live/live-event.ts'
import { countArrival, keepPositions, movePosition, type Position } from './positions.ts'

export interface ChatList {
  readonly chats: readonly Chat[]
  /** Where the next page of older chats begins; null at the end. */
  readonly nextCursor: string | null
}

const lastActivity = (chat: Chat) => chat.lastMessage?.createdAt ?? chat.createdAt

const latestFirst = (chats: readonly Chat[]) => chats.toSorted((one, other) => lastActivity(other).localeCompare(lastActivity(one)))

const changeChat = (list: ChatList, chatId: string, change: (chat: Chat) => Chat): ChatList => ({
  ...list,
  chats: latestFirst(list.chats.map((chat) => (chat.id === chatId ? change(chat) : chat))),
})

/** Puts a chat into the list, or in the place of an older version of itself. */
export const putChat = (list: ChatList, chat: Chat, myId: string): ChatList => {
  const known = list.chats.find(({ id }) => id === chat.id)
  if (known !== undefined && known.lastSeq > chat.lastSeq) return list
  const newest = known === undefined ? chat : keepPositions(chat, known, myId)
  return { ...list, chats: latestFirst([newest, ...list.chats.filter(({ id }) => id !== chat.id)]) }
}

export const dropChat = (list: ChatList, chatId: string): ChatList => ({ ...list, chats: list.chats.filter(({ id }) => id !== chatId) })

/** Whether an event at `seq` is news to the list; one from before I was added again isn't. */
const isNews = (list: ChatList, { chatId, seq }: { chatId: string; seq: number }) =>
  list.chats.some((chat) => chat.id === chatId && seq > chat.lastSeq)

/** Appends a page of older chats. */
export const appendChats = (list: ChatList, page: ChatList): ChatList => {
  const known = new Set(list.chats.map(({ id }) => id))
  return { chats: latestFirst([...list.chats, ...page.chats.filter(({ id }) => !known.has(id))]), nextCursor: page.nextCursor }
}

/** The chat with `message` as its last one, unless a later message or a later version of it stands there. */
function withMessage(chat: Chat, message: Message): Chat {
  const last = chat.lastMessage
  const later = last === null || message.seq > last.seq || (message.id === last.id && message.rev > last.rev)
  return later ? { ...chat, lastMessage: message } : chat
}

export const putLastMessage = (list: ChatList, message: Message): ChatList =>
  changeChat(list, message.chatId, (chat) => withMessage(chat, message))

export const putPosition = (list: ChatList, chatId: string, position: Position, myId: string): ChatList =>
  changeChat(list, chatId, (chat) => movePosition(chat, position, myId))

/** Changes a chat's members once: an event at or below the chat's last position is in it already. */
const changeMembers = (list: ChatList, event: { chatId: string; seq: number }, change: (members: Member[]) => Member[]) =>
  changeChat(list, event.chatId, (chat) =>
    event.seq > chat.lastSeq ? { ...chat, members: change(chat.members), lastSeq: event.seq } : chat,
  )

const advance = (list: ChatList, chatId: string, seq: number) =>
  changeChat(list, chatId, (chat) => (seq > chat.lastSeq ? { ...chat, lastSeq: seq } : chat))

type Folds = { [Event in LiveEvent as Event['name']]: (list: ChatList, payload: Event['payload'], myId: string) => ChatList }

const folds: Folds = {
  new_message: (list, { message }, myId) => {
    const counted = changeChat(list, message.chatId, (chat) => countArrival(chat, message, myId))
    return advance(putLastMessage(counted, message), message.chatId, message.seq)
  },
  message_edited: (list, { chatId, seq, message }) =>
    advance(
      changeChat(list, chatId, (chat) => (chat.lastMessage?.id === message.id ? withMessage(chat, message) : chat)),
      chatId,
      seq,
    ),
  message_deleted: (list, { chatId, seq, messageId, deletedAt }) =>
    advance(
      changeChat(list, chatId, (chat) =>
        chat.lastMessage?.id === messageId ? withMessage(chat, { ...chat.lastMessage, content: null, deletedAt, rev: seq }) : chat,
      ),
      chatId,
      seq,
    ),
  chat_created: (list, { chat }, myId) => putChat(list, chat, myId),
  member_added: (list, event) =>
    changeMembers(list, event, (members) => {
      const added = new Set(event.members.map(({ userId }) => userId))
      return [...members.filter(({ userId }) => !added.has(userId)), ...event.members]
    }),
  member_removed: (list, event, myId) =>
    event.userId === myId
      ? isNews(list, event)
        ? dropChat(list, event.chatId)
        : list
      : changeMembers(list, event, (members) => members.filter(({ userId }) => userId !== event.userId)),
  member_role_changed: (list, event) =>
    changeMembers(list, event, (members) =>
      members.map((member) => (member.userId === event.userId ? { ...member, role: event.role } : member)),
    ),
  message_status_update: (list, { chatId, userId, status, seq }, myId) =>
    putPosition(list, chatId, { userId, deliveredSeq: seq, readSeq: status === 'read' ? seq : 0 }, myId),
}

/** The list after a live event. Folding the same event twice changes nothing. */
export function foldChatList(list: ChatList, event: LiveEvent, myId: string): ChatList {
  const fold = folds[event.name] as (list: ChatList, payload: LiveEvent['payload'], myId: string) => ChatList
  return fold(list, event.payload, myId)
}
