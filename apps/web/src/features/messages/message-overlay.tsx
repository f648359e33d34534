import type { Chat } from '@parley/client'
import { lazy, Suspense } from 'react'
import { useMe } from '../auth/session.ts'
import { administers } from '../chats/chat-title.ts'
import type { useMessageTools } from './message-tools.ts'

const MessageMenu = lazy(async () => ({ default: (await import('./message-menu.tsx')).MessageMenu }))
const ReactionPicker = lazy(async () => ({ default: (await import('./reaction-picker.tsx')).ReactionPicker }))
const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }))

interface Props extends ReturnType<typeof useMessageTools> {
  chat: Chat
  starred: ReadonlySet<string>
}

/** What is open for one message of the log: its menu, the emoji, or the question before it is deleted. */
export function MessageOverlay({ target, tools, close, chat, starred }: Props) {
  const me = useMe()
  if (target === null) return null
  const { message, button, opened } = target
  const onClose = () => close(target)
  const mayForEveryone = message.senderId === me.id || administers(chat, me.id)
  return (
    <Suspense>
      {opened === 'menu' && (
        <MessageMenu message={message} button={button} starred={starred.has(message.id)} tools={tools} onClose={onClose} />
      )}
      {opened === 'picker' && <ReactionPicker message={message} button={button} onClose={onClose} />}
      {opened === 'delete' && <DeleteDialog message={message} mayForEveryone={mayForEveryone} onClose={onClose} />}
    </Suspense>
  )
}
