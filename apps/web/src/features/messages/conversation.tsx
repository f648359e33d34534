import type { Chat, ChatSnapshot, ChatView, Message } from '@parley/client'
import { useCallback, useState } from 'react'
import { usePageTitle } from '../../app/page-title.ts'
import { useMe } from '../auth/session.ts'
import { titleOf } from '../chats/chat-title.ts'
import { Announcer } from './announcer.tsx'
import { Composer } from './composer.tsx'
import styles from './conversation.module.css'
import { ConversationHeader } from './conversation-header.tsx'
import { LogSkeleton } from './conversation-skeleton.tsx'
import { MessageLog } from './message-log.tsx'
import type { ComposerTarget } from './use-composer.ts'

interface Props {
  chat: Chat
  view: ChatView
  current: ChatSnapshot
}

/** One chat: who is in it, what was said, and the field to say more. */
export function Conversation({ chat, view, current }: Props) {
  const me = useMe()
  usePageTitle(titleOf(chat, me.id))
  const [target, setTarget] = useState<ComposerTarget>(null)
  const reply = useCallback((message: Message) => setTarget({ kind: 'reply', message }), [])
  const edit = useCallback((message: Message) => setTarget({ kind: 'edit', message }), [])
  const release = useCallback(() => setTarget(null), [])
  return (
    <section className={styles.conversation} aria-label={titleOf(chat, me.id)}>
      <ConversationHeader chat={chat} />
      {current.state === 'loading' ? (
        <LogSkeleton />
      ) : (
        <MessageLog chat={chat} view={view} current={current} onReply={reply} onEdit={edit} />
      )}
      <Announcer chatId={chat.id} />
      <Composer view={view} chatId={chat.id} messages={current.messages} target={target} onEdit={edit} onRelease={release} />
    </section>
  )
}
