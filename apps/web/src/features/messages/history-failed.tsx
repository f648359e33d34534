import { Button } from '@mantine/core'
import { CloudAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../app/notice.tsx'

export function HistoryFailed({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Notice icon={CloudAlert} title={t('messages.loadFailed')} alert>
      <Button variant="default" mt="xs" onClick={onRetry}>
        {t('messages.retry')}
      </Button>
    </Notice>
  )
}
