import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Logo } from '../../app/logo.tsx'
import { usePageTitle } from '../../app/page-title.ts'
import styles from './auth-layout.module.css'

interface Props {
  title: string
  intro: string
  children: ReactNode
  footer: ReactNode
}

/** The frame of the screens before one is somebody. */
export function AuthLayout({ title, intro, children, footer }: Props) {
  const { t } = useTranslation()
  usePageTitle(title)
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <Logo size={44} />
        <div>
          <div className={styles.name}>{t('app.name')}</div>
          <div className={styles.tagline}>{t('app.tagline')}</div>
        </div>
      </div>
      <section className={styles.card}>
        <Title order={1} size="h2">
          {title}
        </Title>
        <p className={styles.intro}>{intro}</p>
        {children}
        <p className={styles.footer}>{footer}</p>
      </section>
    </main>
  )
}
