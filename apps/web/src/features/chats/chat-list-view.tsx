import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { CloudAlert, UserRoundSearch } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { Notice } from '../../app/notice.tsx'
import { RowSkeletons } from '../../app/row-skeletons.tsx'
import { useMe } from '../auth/session.ts'
import { ChatRow } from './chat-row.tsx'
import { loadOlderChats, useChats } from './chats-query.ts'
import styles from './sidebar.module.css'

/** My chats, the latest active first. */
export function ChatList() {
  const { t } = useTranslation()
  const me = useMe()
  const { data, isError, refetch } = useChats()
  const older = useMutation({ mutationFn: loadOlderChats, onError: showFailure })
  if (isError && data === undefined) {
    return (
      <Notice icon={CloudAlert} title={t('chats.loadFailed')} alert>
        <Button variant="default" onClick={() => refetch()}>
          {t('chats.retry')}
        </Button>
      </Notice>
    )
  }
  if (data === undefined) return <RowSkeletons count={7} />
  if (data.chats.length === 0) return <Notice icon={UserRoundSearch} title={t('chats.emptyTitle')} hint={t('chats.emptyHint')} />
  const cursor = data.nextCursor
  return (
    <nav aria-label={t('chats.list')} className={styles.list}>
      <ul className={styles.rows}>
        {data.chats.map((chat) => (
          <ChatRow key={chat.id} chat={chat} myId={me.id} />
        ))}
      </ul>
      {cursor !== null && (
        <div className={styles.more}>
          <Button variant="subtle" size="sm" loading={older.isPending} onClick={() => older.mutate(cursor)}>
            {t('chats.loadMore')}
          </Button>
        </div>
      )}
    </nav>
  )
}
