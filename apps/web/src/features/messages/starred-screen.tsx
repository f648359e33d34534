import { Button } from '@mantine/core'
import type { HistoryMessage } from '@parley/client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CloudAlert, Star } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/failure.ts'
import { Notice } from '../../app/notice.tsx'
import { usePageTitle } from '../../app/page-title.ts'
import { parley } from '../../app/parley.ts'
import { RowSkeletons } from '../../app/row-skeletons.tsx'
import { Screen } from '../../app/screen.tsx'
import styles from './starred.module.css'
import { StarredMessage } from './starred-message.tsx'

/** The messages that I starred, the latest starred first. */
export function StarredScreen() {
  const { t } = useTranslation()
  usePageTitle(t('starred.title'))
  return (
    <Screen title={t('starred.title')}>
      <StarredMessages />
    </Screen>
  )
}

function StarredMessages() {
  const { t } = useTranslation()
  const starred = useInfiniteQuery({
    queryKey: ['starred'],
    queryFn: ({ pageParam }) => parley.messages.listStarred(pageParam === '' ? {} : { before: pageParam }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Stars come and go on other devices too: each visit asks anew.
    staleTime: 0,
    gcTime: 0,
  })
  if (starred.isError && starred.data === undefined) return <Notice icon={CloudAlert} title={sentenceOf(starred.error)} alert />
  if (starred.data === undefined) return <RowSkeletons count={4} />
  const messages: HistoryMessage[] = starred.data.pages.flatMap((page) => page.messages)
  if (messages.length === 0) return <Notice icon={Star} title={t('starred.emptyTitle')} hint={t('starred.emptyHint')} />
  return (
    <>
      <ul className={styles.messages}>
        {messages.map((message) => (
          <StarredMessage key={message.id} message={message} onUnstarred={() => starred.refetch()} />
        ))}
      </ul>
      {starred.hasNextPage && (
        <div className={styles.more}>
          <Button variant="subtle" loading={starred.isFetchingNextPage} onClick={() => starred.fetchNextPage()}>
            {t('starred.more')}
          </Button>
        </div>
      )}
    </>
  )
}
