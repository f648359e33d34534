import type { Chat, ChatView, Message } from '@parley/client'
import { useEffect } from 'react'
import { useAttention } from '../../app/attention.ts'
import { useMe } from '../auth/session.ts'

/** Marks the chat read while somebody looks at its newest message; `atEnd` says whether that one is on the screen. */
export function useMarkRead(view: ChatView, chat: Chat, messages: readonly Message[], atEnd: boolean) {
  const me = useMe()
  const looking = useAttention() && atEnd
  const readSeq = chat.members.find(({ userId }) => userId === me.id)?.readSeq ?? 0
  const unread = messages.some(({ senderId, seq }) => senderId !== me.id && seq > readSeq)
  const newestSeq = messages.at(-1)?.seq ?? 0
  useEffect(() => {
    if (looking && unread) view.read(newestSeq)
  }, [looking, unread, view, newestSeq])
}
