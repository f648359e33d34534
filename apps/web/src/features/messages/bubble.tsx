import type { ReactNode } from 'react'
import styles from './bubble.module.css'
import type { OutgoingItem, StoredItem } from './timeline.ts'

interface Props {
  item: StoredItem | OutgoingItem
  mine: boolean
  /** Whether Tab reaches it; the others are reached by arrows. */
  focusable: boolean
  label: string
  face?: ReactNode
  actions?: ReactNode
  below?: ReactNode
  children: ReactNode
}

/** The frame of a message: on which side it stands, and how it joins those before and after. */
export function Bubble({ item, mine, focusable, label, face, actions, below, children }: Props) {
  return (
    <article
      className={styles.row}
      data-mine={mine}
      data-first={item.first}
      data-last={item.last}
      data-message-key={item.key}
      aria-label={label}
      tabIndex={focusable ? 0 : -1}
    >
      {face}
      <div className={styles.column}>
        <div className={styles.line}>
          <div className={styles.bubble}>{children}</div>
          {actions}
        </div>
        {below}
      </div>
    </article>
  )
}
