import { Button, Center, Loader } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Compass, Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from './dead-ends.module.css'
import { sentenceOf } from './failure.ts'
import { Notice } from './notice.tsx'

export function WaitingScreen() {
  return (
    <Center className={styles.screen} role="status">
      <Loader />
    </Center>
  )
}

export function NotFoundScreen() {
  const { t } = useTranslation()
  return (
    <main className={styles.screen}>
      <Notice icon={Compass} title={t('app.notFound')}>
        <Button component={Link} to="/">
          {t('app.toChats')}
        </Button>
      </Notice>
    </main>
  )
}

export function BrokenScreen({ error }: { error: unknown }) {
  const { t } = useTranslation()
  return (
    <main className={styles.screen}>
      <Notice icon={Unplug} title={t('app.broken')} hint={sentenceOf(error)} alert>
        <Button onClick={() => location.reload()}>{t('app.reload')}</Button>
      </Notice>
    </main>
  )
}
