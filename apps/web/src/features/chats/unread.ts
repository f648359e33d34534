/** What of my chats waits to be read. No I/O. */
import type { Chat } from '@parley/client'
import { isMuted } from './mute.ts'

/** Counted to here at most: it means that many or more. */
const mostCounted = 1000

/** The unread messages of all chats that may call for me. */
export const totalUnread = (chats: readonly Chat[], now = new Date()): number =>
  chats
    .filter(({ mySettings }) => mySettings.archivedAt === null && !isMuted(mySettings, now))
    .reduce((sum, { unreadCount }) => sum + unreadCount, 0)

/** What a badge says. */
export const countLabel = (count: number): string => (count >= mostCounted ? `${mostCounted - 1}+` : String(count))
