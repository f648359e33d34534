import { Check, CheckCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Tick } from './tick.ts'
import styles from './tick-icon.module.css'

/** One tick, two, or two in colour. */
export function TickIcon({ tick, size = 15 }: { tick: Tick; size?: number }) {
  const { t } = useTranslation()
  const Icon = tick === 'sent' ? Check : CheckCheck
  return <Icon size={size} className={styles.tick} data-read={tick === 'read'} role="img" aria-label={t(`messages.${tick}`)} />
}
