import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useUnread } from '../features/chats/chats-query.ts'
import { countLabel } from '../features/chats/positions.ts'
import { Sidebar } from '../features/chats/sidebar.tsx'
import { useWatchedPresence } from '../features/presence/presence.ts'
import { startLive } from '../live/live.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './home-screen.module.css'
import { useTitleBadge } from './page-title.ts'

/** The chats and, beside them, the open one; on a narrow screen one at a time. */
export function HomeScreen() {
  const { chatId } = useParams({ strict: false })
  const unread = useUnread()
  useEffect(startLive, [])
  useWatchedPresence()
  useTitleBadge(unread === 0 ? '' : countLabel(unread))
  return (
    <div className={styles.screen}>
      <ConnectionBanner />
      <div className={styles.panes} data-open={chatId !== undefined}>
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
