import { VisuallyHidden } from '@mantine/core'
import type { Message } from '@parley/client'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { usePerson } from '../users/people.ts'

/** Reads out what others say in this chat while it is open. Only arrivals: scrolling and paging stay silent. */
export function Announcer({ chatId }: { chatId: string }) {
  const me = useMe()
  const [arrived, setArrived] = useState<Message | null>(null)
  useEffect(
    () =>
      parley.on('new_message', ({ message }) => {
        if (message.chatId === chatId && message.senderId !== me.id) setArrived(message)
      }),
    [chatId, me.id],
  )
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {arrived !== null && <Arrival key={arrived.id} message={arrived} />}
    </VisuallyHidden>
  )
}

function Arrival({ message }: { message: Message }) {
  const { t } = useTranslation()
  const name = usePerson(message.senderId)?.name ?? t('chats.unknownPerson')
  return <p>{t('messages.arrived', { name, text: message.content?.text ?? '' })}</p>
}
