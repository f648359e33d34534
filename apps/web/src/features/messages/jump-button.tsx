import { UnstyledButton } from '@mantine/core'
import { ArrowDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from './message-log.module.css'

interface Props {
  visible: boolean
  /** Messages that came in below. */
  count: number
  onClick: () => void
}

export function JumpButton({ visible, count, onClick }: Props) {
  const { t } = useTranslation()
  if (!visible) return null
  return (
    <UnstyledButton
      className={styles.jump}
      onClick={onClick}
      aria-label={count > 0 ? t('messages.jumpNew', { count }) : t('messages.jump')}
    >
      {count > 0 && <span className={styles.jumpCount}>{count}</span>}
      <ArrowDown size={20} aria-hidden />
    </UnstyledButton>
  )
}
