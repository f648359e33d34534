/** Who is there, of the people that I have private chats with. */
import { queryOptions, skipToken, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConnection } from '../../app/connection.ts'
import { parley } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'
import { useMe } from '../auth/session.ts'
import { useChatList } from '../chats/chat-list.ts'
import { partnerOf } from '../chats/chat-title.ts'

export interface Presence {
  readonly userId: string
  readonly status: string
  /** null where they have never been there, or are. */
  readonly lastSeen: string | null
}

/** The server bears no more. */
const mostWatched = 200

const presenceQuery = (userId: string) =>
  queryOptions<Presence>({ queryKey: ['presence', userId], queryFn: skipToken, gcTime: Number.POSITIVE_INFINITY })

const accept = (presence: Presence) => queryClient.setQueryData(presenceQuery(presence.userId).queryKey, presence)

/** Somebody's presence; undefined while nothing is known, as without a connection. */
export function usePresence(userId: string | undefined): Presence | undefined {
  const { data } = useQuery(presenceQuery(userId ?? ''))
  return useConnection() === 'online' ? data : undefined
}

/** Watches the people of the private chats, again with every connection and whenever they are others. */
export function useWatchedPresence() {
  const me = useMe()
  const online = useConnection() === 'online'
  const { chats } = useChatList()
  const partners = chats.flatMap((chat) => partnerOf(chat, me.id)?.id ?? [])
  // Which chat is the latest doesn't matter: sorted, the same people are the same text.
  const watched = partners.slice(0, mostWatched).sort().join(' ')
  useEffect(() => parley.on('user_status_changed', accept), [])
  useEffect(() => {
    if (!online || watched === '') return
    parley.presence
      .watchPresence({ userIds: watched.split(' ') })
      .then(({ presences }) => presences.forEach(accept))
      // Without an answer the dots stay as they were; the next connection asks again.
      .catch(() => {})
  }, [online, watched])
}
