import type { Chat, Message } from '@parley/client'
import { useEffect } from 'react'
import { useAttention } from '../../app/attention.ts'
import { useConnection } from '../../app/connection.ts'
import { useMe } from '../auth/session.ts'
import { markRead } from '../chats/marks.ts'
import { readSeqOf } from '../chats/positions.ts'

/** Marks the chat read while somebody looks at its newest message; `atEnd` says whether that one is on the screen. */
export function useMarkRead(chat: Chat, messages: readonly Message[], atEnd: boolean) {
  const me = useMe()
  const looking = useAttention() && atEnd
  const online = useConnection() === 'online'
  const readSeq = readSeqOf(chat, me.id)
  const unread = messages.some(({ senderId, seq }) => senderId !== me.id && seq > readSeq)
  const newestSeq = messages.at(-1)?.seq ?? 0
  useEffect(() => {
    if (looking && online && unread) markRead(chat.id, newestSeq)
  }, [looking, online, unread, chat.id, newestSeq])
}
