import { Skeleton } from '@mantine/core'
import styles from './row-skeletons.module.css'

/** Rows that are on their way, in the place and the size of what will come. */
export function RowSkeletons({ count }: { count: number }) {
  return (
    <div className={styles.rows} aria-busy="true">
      {Array.from({ length: count }, (_, index) => index).map((index) => (
        <div key={index} className={styles.row}>
          <Skeleton circle height={48} />
          <div className={styles.lines}>
            <Skeleton height={12} width={`${38 + ((index * 17) % 30)}%`} />
            <Skeleton height={11} width={`${60 + ((index * 23) % 35)}%`} />
          </div>
        </div>
      ))}
    </div>
  )
}
