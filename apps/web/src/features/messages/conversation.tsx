import type { Chat, Message } from '@parley/client'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { usePageTitle } from '../../app/page-title.ts'
import { useMe } from '../auth/session.ts'
import { titleOf } from '../chats/chat-title.ts'
import { Announcer } from './announcer.tsx'
import { Composer } from './composer.tsx'
import styles from './conversation.module.css'
import { ConversationHeader } from './conversation-header.tsx'
import { LogSkeleton } from './conversation-skeleton.tsx'
import { HistoryFailed } from './history-failed.tsx'
import { historyQuery } from './history-query.ts'
import { MessageLog } from './message-log.tsx'
import type { ComposerTarget } from './use-composer.ts'

/** One chat: who is in it, what was said, and the field to say more. */
export function Conversation({ chat }: { chat: Chat }) {
  const me = useMe()
  usePageTitle(titleOf(chat, me.id))
  const history = useQuery(historyQuery(chat.id))
  const [target, setTarget] = useState<ComposerTarget>(null)
  const reply = useCallback((message: Message) => setTarget({ kind: 'reply', message }), [])
  const edit = useCallback((message: Message) => setTarget({ kind: 'edit', message }), [])
  const release = useCallback(() => setTarget(null), [])
  return (
    <section className={styles.conversation} aria-label={titleOf(chat, me.id)}>
      <ConversationHeader chat={chat} />
      {history.data !== undefined ? (
        <MessageLog chat={chat} history={history.data} onReply={reply} onEdit={edit} />
      ) : history.isError ? (
        <HistoryFailed onRetry={() => history.refetch()} />
      ) : (
        <LogSkeleton />
      )}
      <Announcer chatId={chat.id} />
      <Composer chatId={chat.id} messages={history.data?.messages} target={target} onEdit={edit} onRelease={release} />
    </section>
  )
}
