import { CloudOff, LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChatList } from '../features/chats/chat-list.ts'
import { useConnection } from './connection.ts'
import styles from './connection-banner.module.css'

/** Says that the connection is away, or that what was missed is on its way. The first connecting and a blink are no news. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const connection = useConnection()
  const behind = useChatList().state === 'behind'
  const [late, setLate] = useState(false)
  const news = connection !== 'online' ? 'offline' : behind ? 'behind' : undefined
  const fine = news === undefined
  useEffect(() => {
    if (fine) return setLate(false)
    const timer = setTimeout(() => setLate(true), 1_000)
    return () => clearTimeout(timer)
  }, [fine])
  return (
    <div role="status" className={styles.place}>
      {late && news !== undefined && (
        <div className={styles.banner}>
          {connection === 'offline' ? (
            <CloudOff size={16} aria-hidden />
          ) : (
            <LoaderCircle size={16} className={styles.turning} aria-hidden />
          )}
          {t(`connection.${news}`)}
        </div>
      )}
    </div>
  )
}
