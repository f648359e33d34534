import { UnstyledButton } from '@mantine/core'
import type { Chat } from '@parley/client'
import { Archive, UserRoundSearch } from 'lucide-react'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../app/notice.tsx'
import { RowSkeletons } from '../../app/row-skeletons.tsx'
import { useMe } from '../auth/session.ts'
import { useChatList } from './chat-list.ts'
import { ChatRow } from './chat-row.tsx'
import styles from './sidebar.module.css'
import { countLabel } from './unread.ts'

const ChatRowMenu = lazy(async () => ({ default: (await import('./chat-row-menu.tsx')).ChatRowMenu }))

interface Props {
  /** Whether to show the archived ones instead of the others. */
  archived: boolean
  onOpenArchive: () => void
}

/** My chats: pinned ones, then the latest active first. */
export function ChatList({ archived, onOpenArchive }: Props) {
  const { t } = useTranslation()
  const { state, chats } = useChatList()
  if (chats.length === 0 && state !== 'live') return <RowSkeletons count={7} />
  const inArchive = chats.filter(({ mySettings }) => mySettings.archivedAt !== null)
  const shown = archived ? inArchive : chats.filter(({ mySettings }) => mySettings.archivedAt === null)
  if (archived && shown.length === 0) return <Notice icon={Archive} title={t('chats.archiveEmpty')} />
  if (chats.length === 0) return <Notice icon={UserRoundSearch} title={t('chats.emptyTitle')} hint={t('chats.emptyHint')} />
  return (
    <nav aria-label={archived ? t('chats.archived') : t('chats.list')} className={styles.list}>
      {!archived && inArchive.length > 0 && <ArchiveRow chats={inArchive} onClick={onOpenArchive} />}
      <Rows chats={shown} />
    </nav>
  )
}

function Rows({ chats }: { chats: readonly Chat[] }) {
  const me = useMe()
  const [menu, setMenu] = useState<{ chatId: string; from: HTMLElement } | null>(null)
  const openMenu = useCallback((chatId: string, from: HTMLElement) => setMenu({ chatId, from }), [])
  const chat = chats.find(({ id }) => id === menu?.chatId)
  return (
    <>
      <ul className={styles.rows}>
        {chats.map((each) => (
          <ChatRow key={each.id} chat={each} myId={me.id} onMenu={openMenu} menuOpen={each.id === menu?.chatId} />
        ))}
      </ul>
      <Suspense>{menu !== null && chat && <ChatRowMenu chat={chat} from={menu.from} onClose={() => setMenu(null)} />}</Suspense>
    </>
  )
}

/** The way to the archived chats, and how much waits there. */
function ArchiveRow({ chats, onClick }: { chats: readonly Chat[]; onClick: () => void }) {
  const { t } = useTranslation()
  const unread = chats.reduce((sum, { unreadCount }) => sum + unreadCount, 0)
  return (
    <UnstyledButton className={styles.archive} onClick={onClick}>
      <Archive size={18} aria-hidden />
      <span className={styles.archiveName}>{t('chats.archived')}</span>
      {unread > 0 && <span className={styles.archiveCount}>{t('chats.unreadShort', { count: unread, label: countLabel(unread) })}</span>}
    </UnstyledButton>
  )
}
