import type { Chat } from '@parley/client'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { parley, tape } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'
import { sessionQuery } from '../auth/session.ts'
import { rememberMembers } from '../users/people.ts'
import { appendChats, type ChatList, dropChat, foldChatList, putChat, putPosition } from './chat-list.ts'
import { type Position, totalUnread } from './positions.ts'

export const myId = () => queryClient.getQueryData(sessionQuery.queryKey)?.id ?? ''

const readWhileLive = (read: () => Promise<ChatList>) => tape.readWhileLive(read, (list, event) => foldChatList(list, event, myId()))

const readPage = (before?: string): Promise<ChatList> =>
  readWhileLive(async () => {
    const page = await parley.chats.listChats(before === undefined ? {} : { before })
    rememberMembers(page.chats.flatMap(({ members }) => members))
    return page
  })

export const chatsQuery = queryOptions({ queryKey: ['chats'], queryFn: () => readPage() })

const changeList = (change: (list: ChatList) => ChatList) =>
  queryClient.setQueryData(chatsQuery.queryKey, (list) => (list === undefined ? list : change(list)))

export const useChats = () => useQuery(chatsQuery)

/** How many messages wait in all chats. */
export const useUnread = (): number => useQuery({ ...chatsQuery, select: ({ chats }) => totalUnread(chats) }).data ?? 0

export async function loadOlderChats(cursor: string) {
  const page = await readPage(cursor)
  changeList((list) => appendChats(list, page))
}

/** Puts a chat that was just made, joined or read into the list. */
export function acceptChat(chat: Chat) {
  rememberMembers(chat.members)
  changeList((list) => putChat(list, chat, myId()))
}

export const forgetChat = (chatId: string) => changeList((list) => dropChat(list, chatId))

export const acceptPosition = (chatId: string, position: Position) => changeList((list) => putPosition(list, chatId, position, myId()))

export const knownChats = (): readonly Chat[] => queryClient.getQueryData(chatsQuery.queryKey)?.chats ?? []

export const knownChat = (chatId: string): Chat | undefined => knownChats().find(({ id }) => id === chatId)

async function readChat(chatId: string) {
  const { chats } = await readWhileLive(async () => ({ chats: [(await parley.chats.getChat({ chatId })).chat], nextCursor: null }))
  const chat = chats.find(({ id }) => id === chatId)
  if (chat === undefined) throw new Error('unable to show the chat; I was removed from it meanwhile')
  acceptChat(chat)
  return chat
}

/** For a chat that stirred but stands further down than the list was read. */
export const fetchChat = (chatId: string) =>
  queryClient.fetchQuery({ queryKey: ['chat', chatId], queryFn: () => readChat(chatId), staleTime: 0, retry: false })
