import type { ComponentProps } from 'react'
import styles from './place.module.css'

interface Props extends ComponentProps<'button'> {
  /** The button that opened something. */
  over: HTMLElement
}

/** Lies unseen over a button, and only tells what opened from there where to stand. */
export function Place({ over, ...others }: Props) {
  const { left, top, width, height } = over.getBoundingClientRect()
  return <button type="button" {...others} tabIndex={-1} className={styles.place} style={{ left, top, width, height }} />
}
