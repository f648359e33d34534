import type { Chat, ChatSnapshot, ChatView, Message } from '@parley/client'
import { useCallback, useEffect, useState } from 'react'
import { usePageTitle } from '../../app/page-title.ts'
import { useMe } from '../auth/session.ts'
import { useChatList } from '../chats/chat-list.ts'
import { partnerOf, titleOf } from '../chats/chat-title.ts'
import { Announcer } from './announcer.tsx'
import { BlockedBar } from './blocked-bar.tsx'
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
  /** The id of the message to begin with, where it isn't the newest. */
  begin: string | undefined
}

/** One chat: who is in it, what was said, and the field to say more. */
export function Conversation({ chat, view, current, begin }: Props) {
  const me = useMe()
  usePageTitle(titleOf(chat, me.id))
  const partner = partnerOf(chat, me.id)
  const blocked = useChatList().blockedIds.has(partner?.id ?? '')
  const { target, reply, edit, replyTo, release } = useTarget(current.messages)
  return (
    <section className={styles.conversation} aria-label={titleOf(chat, me.id)}>
      <ConversationHeader chat={chat} blocked={blocked} />
      {current.state === 'loading' ? (
        <LogSkeleton />
      ) : (
        <MessageLog chat={chat} view={view} current={current} begin={begin} onReply={reply} onEdit={edit} />
      )}
      <Announcer chatId={chat.id} />
      {blocked && partner !== undefined ? (
        <BlockedBar person={partner} />
      ) : (
        <Composer
          view={view}
          chat={chat}
          messages={current.messages}
          target={target}
          onReplyTo={replyTo}
          onEdit={edit}
          onRelease={release}
        />
      )}
    </section>
  )
}

/** The message that is being answered or changed. */
function useTarget(messages: readonly Message[]) {
  const [target, setTarget] = useState<ComposerTarget>(null)
  /** What a draft answers may not be loaded yet. */
  const [wanted, replyTo] = useState<string | null>(null)
  useEffect(() => {
    const message = messages.find(({ id, content }) => id === wanted && content !== null)
    if (message === undefined) return
    setTarget({ kind: 'reply', message })
    replyTo(null)
  }, [wanted, messages])
  const reply = useCallback((message: Message) => setTarget({ kind: 'reply', message }), [])
  const edit = useCallback((message: Message) => setTarget({ kind: 'edit', message }), [])
  const release = useCallback(() => setTarget(null), [])
  return { target, reply, edit, replyTo, release }
}
