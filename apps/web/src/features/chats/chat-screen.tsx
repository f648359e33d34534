import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { CircleSlash } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../app/notice.tsx'
import { Conversation } from '../messages/conversation.tsx'
import { ConversationSkeleton } from '../messages/conversation-skeleton.tsx'
import { useChat } from './chats-query.ts'

export function ChatScreen() {
  const { t } = useTranslation()
  const { chatId } = useParams({ from: '/home/chats/$chatId' })
  const { chat, removedFrom, isError } = useChat(chatId)
  if (chat !== undefined) return <Conversation key={chat.id} chat={chat} />
  if (removedFrom === undefined && !isError) return <ConversationSkeleton />
  const sentence = removedFrom === undefined ? t('chats.gone') : t('chats.removedFrom', { name: removedFrom })
  return (
    <Notice icon={CircleSlash} title={sentence} alert>
      <Button component={Link} to="/" variant="default" mt="xs">
        {t('chats.back')}
      </Button>
    </Notice>
  )
}
