import { Button } from '@mantine/core'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { CircleSlash } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../app/notice.tsx'
import { useMe } from '../auth/session.ts'
import { Conversation } from '../messages/conversation.tsx'
import { ConversationSkeleton } from '../messages/conversation-skeleton.tsx'
import { useChatView } from '../messages/use-chat-view.ts'
import { useChat } from './chat-list.ts'
import { titleOf } from './chat-title.ts'

export function ChatScreen() {
  const { chatId } = useParams({ from: '/home/chats/$chatId' })
  return <OpenChat key={chatId} chatId={chatId} />
}

function OpenChat({ chatId }: { chatId: string }) {
  const { t } = useTranslation()
  const me = useMe()
  const { view, current } = useChatView(chatId)
  const { message } = useSearch({ from: '/home/chats/$chatId' })
  // While its messages are on their way, the list knows who is in it.
  const listed = useChat(chatId)
  const chat = current.chat ?? listed
  if (current.state === 'gone') {
    const sentence = current.chat === null ? t('chats.gone') : t('chats.removedFrom', { name: titleOf(current.chat, me.id) })
    return (
      <Notice icon={CircleSlash} title={sentence} alert>
        <Button component={Link} to="/" variant="default" mt="xs">
          {t('chats.back')}
        </Button>
      </Notice>
    )
  }
  return chat === undefined ? <ConversationSkeleton /> : <Conversation chat={chat} view={view} current={current} begin={message} />
}
