import { Button } from '@mantine/core'
import type { PublicUser } from '@parley/client'
import { Ban } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useUnblock } from '../users/blocking.ts'
import styles from './composer.module.css'

/** Stands where the field would be, in the chat with somebody whom I blocked. */
export function BlockedBar({ person }: { person: PublicUser }) {
  const { t } = useTranslation()
  const unblock = useUnblock()
  return (
    <div className={styles.composer}>
      <div className={styles.blocked}>
        <Ban size={18} aria-hidden />
        <p className={styles.blockedText}>{t('blocking.youBlocked', { name: person.name })}</p>
        <Button variant="default" size="sm" loading={unblock.isPending} onClick={() => unblock.mutate(person.id)}>
          {t('blocking.unblock')}
        </Button>
      </div>
    </div>
  )
}
