import type { Chat, ChatSnapshot, ChatView, Message } from '@parley/client'
import { Hand } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { Notice } from '../../app/notice.tsx'
import { useMe } from '../auth/session.ts'
import { JumpButton } from './jump-button.tsx'
import styles from './message-log.module.css'
import { MessageMenu, useMessageMenu } from './message-menu.tsx'
import { OlderStatus } from './older-status.tsx'
import { tickOf } from './tick.ts'
import { type TimelineItem, timelineOf } from './timeline.ts'
import { TimelineRow } from './timeline-row.tsx'
import { useLogKeyboard } from './use-log-keyboard.ts'
import { useLogScroll } from './use-log-scroll.ts'
import { useMarkRead } from './use-mark-read.ts'
import { useOlder } from './use-older.ts'

interface Props {
  chat: Chat
  view: ChatView
  current: ChatSnapshot
  onReply: (message: Message) => void
  onEdit: (message: Message) => void
}

function useTimeline(view: ChatView, { messages, outgoing }: ChatSnapshot): TimelineItem[] {
  const myId = useMe().id
  return useMemo(() => timelineOf({ messages, outgoing, myId, keyOf: view.keyOf }), [view, messages, outgoing, myId])
}

/** The messages, the newest at the bottom. Only what is near the window is in the document. */
export function MessageLog({ chat, view, current, onReply, onEdit }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const items = useTimeline(view, current)
  const viewport = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const older = useOlder(view)
  const scroll = useLogScroll({ viewport, items, myId: me.id, loadOlder: older.load })
  useMarkRead(chat, current.messages, scroll.atEnd)
  const keyboard = useLogKeyboard({ viewport, list, items })
  const menu = useMessageMenu()
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
              onReply={onReply}
              onMenu={menu.open}
              menuOpenFor={menu.target?.message.id}
            />
          )}
        </Virtualizer>
      </div>
      <JumpButton visible={!scroll.atEnd} count={scroll.newCount} onClick={scroll.jump} />
      <MessageMenu menu={menu} chat={chat} onReply={onReply} onEdit={onEdit} />
    </div>
  )
}
