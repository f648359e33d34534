import { useState } from 'react'
import styles from './avatar.module.css'
import { initialsOf } from './initials.ts'
import { groundOf } from './person-colour.ts'

interface Props {
  /** What the colour follows: stays when the name changes. */
  id: string
  name: string
  src?: string | null
  size?: number
  /** Whether the person is there: a dot says so to the eye. */
  online?: boolean
}

/** A picture, or initials on a colour of one's own. The name stands beside it, so it says nothing itself. */
export function Avatar({ id, name, src, size = 40, online = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null)
  const style = { inlineSize: size, blockSize: size, fontSize: size * 0.38, backgroundColor: groundOf(id) }
  return (
    <span className={styles.frame} aria-hidden="true">
      <span className={styles.avatar} style={style}>
        {src && src !== broken ? <img src={src} alt="" width={size} height={size} onError={() => setBroken(src)} /> : initialsOf(name)}
      </span>
      {online && <span className={styles.dot} />}
    </span>
  )
}
