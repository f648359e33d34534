import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './screen.module.css'

interface Props {
  title: string
  children: ReactNode
}

/** What fills the right pane when it is no conversation. */
export function Screen({ title, children }: Props) {
  const { t } = useTranslation()
  return (
    <section className={styles.screen} aria-label={title}>
      <header className={styles.header}>
        <ActionIcon component={Link} to="/" variant="subtle" size={40} radius="xl" aria-label={t('chats.back')}>
          <ArrowLeft size={20} aria-hidden />
        </ActionIcon>
        <h1 className={styles.title}>{title}</h1>
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  )
}
