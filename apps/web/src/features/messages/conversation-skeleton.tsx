import { Skeleton } from '@mantine/core'
import styles from './conversation.module.css'

const bubbles = [
  { width: '46%', mine: false },
  { width: '30%', mine: false },
  { width: '40%', mine: true },
  { width: '52%', mine: false },
  { width: '26%', mine: true },
]

/** Messages on their way. */
export function LogSkeleton() {
  return (
    <div className={styles.skeletons} aria-busy="true">
      {bubbles.map(({ width, mine }) => (
        <Skeleton key={width} height={44} width={width} radius={18} ml={mine ? 'auto' : 0} />
      ))}
    </div>
  )
}

/** A whole conversation on its way. */
export function ConversationSkeleton() {
  return (
    <div className={styles.conversation}>
      <div className={styles.header}>
        <Skeleton circle height={40} />
        <Skeleton height={14} width={160} />
      </div>
      <LogSkeleton />
    </div>
  )
}
