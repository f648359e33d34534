import type { Chat, ChatSnapshot, ChatView, Message } from '@parley/client'
import { Hand } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { Notice } from '../../app/notice.tsx'
import { useMe } from '../auth/session.ts'
import { JumpButton } from './jump-button.tsx'
import styles from './message-log.module.css'
import { MessageOverlay } from './message-overlay.tsx'
import { useMessageTools } from './message-tools.ts'
import { OlderStatus } from './older-status.tsx'
import { tickOf } from './tick.ts'
import { type TimelineItem, timelineOf } from './timeline.ts'
import { TimelineRow } from './timeline-row.tsx'
import { useJump } from './use-jump.ts'
import { useLogKeyboard } from './use-log-keyboard.ts'
import { useLogScroll } from './use-log-scroll.ts'
import { useMarkRead } from './use-mark-read.ts'
import { useOlder } from './use-older.ts'

interface Props {
  chat: Chat
  view: ChatView
  current: ChatSnapshot
  /** The id of the message to begin with, where it isn't the newest. */
  begin: string | undefined
  onReply: (message: Message) => void
  onEdit: (message: Message) => void
}

function useTimeline(view: ChatView, { messages, outgoing }: ChatSnapshot): TimelineItem[] {
  const myId = useMe().id
  return useMemo(() => timelineOf({ messages, outgoing, myId, keyOf: view.keyOf }), [view, messages, outgoing, myId])
}

/** The messages, the newest at the bottom. Only what is near the window is in the document. */
export function MessageLog({ chat, view, current, begin, onReply, onEdit }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const items = useTimeline(view, current)
  const viewport = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const older = useOlder(view)
  const scroll = useLogScroll({ viewport, items, myId: me.id, loadOlder: older.load })
  useMarkRead(view, chat, current.messages, scroll.atEnd)
  const keyboard = useLogKeyboard({ viewport, list, items })
  const jump = useJump({ view, items, older, goTo: keyboard.goTo, begin })
  const { target, tools, close } = useMessageTools({ reply: onReply, edit: onEdit, jump })
  return (
    <div className={styles.frame}>
      <OlderStatus older={older} />
      <div
        ref={viewport}
        role="log"
        aria-live="off"
        aria-label={t('messages.log')}
        className={styles.viewport}
        onKeyDown={keyboard.onKeyDown}
        onFocus={keyboard.onFocus}
      >
        {items.length === 0 && <Notice icon={Hand} title={t('messages.emptyTitle')} hint={t('messages.emptyHint')} />}
        <div className={styles.spacer} />
        <Virtualizer
          ref={list}
          scrollRef={viewport}
          data={items}
          shift={scroll.shift}
          keepMounted={keyboard.keepMounted}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
        >
          {(item) => (
            <TimelineRow
              key={item.key}
              item={item}
              myId={me.id}
              inGroup={chat.type === 'group'}
              tick={item.kind === 'stored' && item.message.senderId === me.id ? tickOf(chat, item.message) : 'sent'}
              focusable={item.key === keyboard.focusableKey}
              starred={item.kind === 'stored' && current.starredIds.has(item.message.id)}
              tools={tools}
              opened={item.kind === 'stored' && target?.message.id === item.message.id ? target.opened : undefined}
            />
          )}
        </Virtualizer>
      </div>
      <JumpButton visible={!scroll.atEnd} count={scroll.newCount} onClick={scroll.jump} />
      <MessageOverlay target={target} tools={tools} close={close} chat={chat} starred={current.starredIds} />
    </div>
  )
}
