import type { Chat, ChatListSnapshot, ChatListView } from '@parley/client'
import { useEffect, useSyncExternalStore } from 'react'
import { parley } from '../../app/parley.ts'
import { rememberMembers } from '../users/people.ts'

let list: ChatListView | undefined

/** Opened with the first screen that shows chats, and kept: whoever logs out leaves the page. */
const chatList = (): ChatListView => {
  list ??= parley.chatList()
  return list
}
const subscribe = (changed: () => void) => chatList().subscribe(changed)
const snapshot = (): ChatListSnapshot => chatList().current

/** All my chats, whom I blocked, and my settings. */
export const useChatList = (): ChatListSnapshot => useSyncExternalStore(subscribe, snapshot)

export const useChat = (chatId: string): Chat | undefined => useChatList().chats.find(({ id }) => id === chatId)

/** Whoever is in one of my chats is known by name. */
export function useKnownMembers() {
  const { chats } = useChatList()
  useEffect(() => {
    for (const { members } of chats) rememberMembers(members)
  }, [chats])
}
