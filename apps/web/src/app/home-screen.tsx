import { Outlet, useMatch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { watchSession } from '../features/auth/watch-session.ts'
import { useChatList, useKnownMembers } from '../features/chats/chat-list.ts'
import { Sidebar } from '../features/chats/sidebar.tsx'
import { countLabel, totalUnread } from '../features/chats/unread.ts'
import { startDrafts } from '../features/messages/drafts.ts'
import { useWatchedPresence } from '../features/presence/presence.ts'
import { startTyping } from '../features/presence/typing.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './home-screen.module.css'
import { useTitleBadge } from './page-title.ts'

/** The chats and, beside them, the open one; on a narrow screen one at a time. */
export function HomeScreen() {
  // On a narrow screen, whatever is not the list stands in its place.
  const open = useMatch({ from: '/home/', shouldThrow: false }) === undefined
  const unread = totalUnread(useChatList().chats)
  useEffect(watchSession, [])
  useEffect(startTyping, [])
  useEffect(startDrafts, [])
  useKnownMembers()
  useWatchedPresence()
  useTitleBadge(unread === 0 ? '' : countLabel(unread))
  return (
    <div className={styles.screen}>
      <ConnectionBanner />
      <div className={styles.panes} data-open={open}>
        <div className={styles.list}>
          <Sidebar />
        </div>
        <main className={styles.conversation}>
          <Outlet />
        </main>
      </div>
    </div>
  )
}
