import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './notice.module.css'

interface Props {
  icon: LucideIcon
  title: string
  hint?: string
  children?: ReactNode
  /** For what happened just now: read out at once. */
  alert?: boolean
}

/** What stands where there is nothing to show: why, and what to do. */
export function Notice({ icon: Icon, title, hint, children, alert = false }: Props) {
  return (
    <div className={styles.notice} role={alert ? 'alert' : undefined}>
      <span className={styles.icon}>
        <Icon size={28} strokeWidth={1.75} aria-hidden />
      </span>
      <p className={styles.title}>{title}</p>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      {children}
    </div>
  )
}
