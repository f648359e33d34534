import { MessagesSquare } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../app/notice.tsx'
import { usePageTitle } from '../../app/page-title.ts'

/** The right pane before a chat is picked. */
export function NothingOpen() {
  const { t } = useTranslation()
  usePageTitle(t('chats.title'))
  return <Notice icon={MessagesSquare} title={t('chats.pickTitle')} hint={t('chats.pickHint')} />
}
