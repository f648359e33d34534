import type { Chat, Message } from '@parley/client'
import { queryOptions, skipToken, useQuery } from '@tanstack/react-query'
import { parley, tape } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'
import { sessionQuery } from '../auth/session.ts'
import { rememberMembers } from '../users/people.ts'
import { appendChats, type ChatList, dropChat, foldChatList, putChat, putLastMessage, putPosition } from './chat-list.ts'
import { titleOf } from './chat-title.ts'
import { type Position, totalUnread } from './positions.ts'

export const myId = () => queryClient.getQueryData(sessionQuery.queryKey)?.id ?? ''

const readWhileLive = (read: () => Promise<ChatList>) => tape.readWhileLive(read, (list, event) => foldChatList(list, event, myId()))

const readPage = (before?: string): Promise<ChatList> =>
  readWhileLive(async () => {
    const page = await parley.chats.listChats(before === undefined ? {} : { before })
    rememberMembers(page.chats)
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
  rememberMembers([chat])
  changeList((list) => putChat(list, chat, myId()))
}

export const forgetChat = (chatId: string) => changeList((list) => dropChat(list, chatId))

export const acceptLastMessage = (message: Message) => changeList((list) => putLastMessage(list, message))

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

const removedKey = (chatId: string) => ['removed', chatId] as const

/** Keeps what a chat was called that I was removed from, for whoever still looks at it. */
export const noteRemoval = (chat: Chat) => queryClient.setQueryData(removedKey(chat.id), titleOf(chat, myId()))

/** For a chat that stirred but stands further down than the list was read. */
export const fetchChat = (chatId: string) =>
  queryClient.fetchQuery({ queryKey: ['chat', chatId], queryFn: () => readChat(chatId), staleTime: 0, retry: false })

/**
 * One chat of mine: from the list, else by itself. `removedFrom` is its name where I was just removed from it,
 * `isError` says that it can't be had.
 */
export function useChat(chatId: string) {
  const list = useChats()
  const chat = list.data?.chats.find(({ id }) => id === chatId)
  const removedFrom = useQuery<string>({ queryKey: removedKey(chatId), queryFn: skipToken }).data
  const alone = useQuery({
    queryKey: ['chat', chatId],
    queryFn: () => readChat(chatId),
    enabled: list.isSuccess && chat === undefined && removedFrom === undefined,
    retry: false,
    gcTime: 0,
  })
  return { chat, removedFrom, isError: chat === undefined && (alone.isError || list.isError) }
}
