import { Loader, UnstyledButton } from '@mantine/core'
import { RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from './message-log.module.css'
import type { useOlder } from './use-older.ts'

/** Floats over the top of the log, so that nothing moves when it comes and goes. */
export function OlderStatus({ older }: { older: ReturnType<typeof useOlder> }) {
  const { t } = useTranslation()
  if (older.isPending) {
    return (
      <div className={styles.older}>
        <Loader size={14} /> {t('messages.loadingOlder')}
      </div>
    )
  }
  if (!older.isError) return null
  return (
    <UnstyledButton className={styles.older} onClick={() => older.retry()}>
      <RotateCw size={14} aria-hidden /> {t('messages.loadFailed')} {t('messages.retry')}
    </UnstyledButton>
  )
}
