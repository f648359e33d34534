import { CloudOff, LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from './connection.ts'
import styles from './connection-banner.module.css'

/** Says that the connection is away. The first connecting and a blink are no news. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const connection = useConnection()
  const [late, setLate] = useState(false)
  const online = connection === 'online'
  useEffect(() => {
    if (online) return setLate(false)
    const timer = setTimeout(() => setLate(true), 1_000)
    return () => clearTimeout(timer)
  }, [online])
  const trying = connection === 'connecting'
  return (
    <div role="status" className={styles.place}>
      {late && !online && (
        <div className={styles.banner}>
          {trying ? <LoaderCircle size={16} className={styles.turning} aria-hidden /> : <CloudOff size={16} aria-hidden />}
          {t('connection.offline')}
        </div>
      )}
    </div>
  )
}
