import { UnstyledButton } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../auth/session.ts'
import { Avatar } from '../users/avatar.tsx'
import styles from './own-menu.module.css'

const OwnMenu = lazy(async () => ({ default: (await import('./own-menu.tsx')).OwnMenu }))

/** My picture, and the menu behind it. */
export function OwnMenuButton() {
  const { t } = useTranslation()
  const me = useMe()
  const [from, setFrom] = useState<HTMLElement | null>(null)
  return (
    <>
      <UnstyledButton
        className={styles.target}
        aria-label={t('menu.open')}
        aria-haspopup="menu"
        aria-expanded={from !== null}
        onClick={(event) => setFrom(event.currentTarget)}
      >
        <Avatar id={me.id} name={me.name} src={me.avatar} size={36} />
      </UnstyledButton>
      <Suspense>{from !== null && <OwnMenu from={from} onClose={() => setFrom(null)} />}</Suspense>
    </>
  )
}
