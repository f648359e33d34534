import type { PublicUser } from '@parley/client'
import { useMemo } from 'react'
import { useMe } from '../auth/session.ts'
import { useChatList } from './chat-list.ts'

/** The people that I share a chat with, those of the latest chats first. */
export function useAcquaintances(): PublicUser[] {
  const me = useMe()
  const { chats } = useChatList()
  return useMemo(() => {
    const people = new Map<string, PublicUser>()
    for (const { user } of chats.flatMap(({ members }) => members)) if (user.id !== me.id) people.set(user.id, user)
    return [...people.values()].slice(0, 20)
  }, [chats, me.id])
}
