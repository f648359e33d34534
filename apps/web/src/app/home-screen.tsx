import { Outlet, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Sidebar } from '../features/chats/sidebar.tsx'
import { startLive } from '../live/live.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './home-screen.module.css'

/** The chats and, beside them, the open one; on a narrow screen one at a time. */
export function HomeScreen() {
  const { chatId } = useParams({ strict: false })
  useEffect(startLive, [])
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
