import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Chat } from '@parley/client'
import { EllipsisVertical } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { partnerOf } from '../chats/chat-title.ts'

const ConversationMenu = lazy(async () => ({ default: (await import('./conversation-menu.tsx')).ConversationMenu }))
const ConfirmDialog = lazy(async () => ({ default: (await import('../../app/confirm-dialog.tsx')).ConfirmDialog }))

interface Props {
  chat: Chat
  /** Whether I blocked the other person. */
  blocked: boolean
}

/** The button that opens the menu of the open chat, and what is asked from there. */
export function ConversationOptions({ chat, blocked }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const [from, setFrom] = useState<HTMLElement | null>(null)
  const [asking, question] = useDisclosure(false)
  const partner = partnerOf(chat, me.id)
  return (
    <>
      <ActionIcon
        variant="subtle"
        size={40}
        radius="xl"
        aria-label={t('chatMenu.open')}
        aria-haspopup="menu"
        aria-expanded={from !== null}
        onClick={(event) => setFrom(event.currentTarget)}
      >
        <EllipsisVertical size={20} aria-hidden />
      </ActionIcon>
      <Suspense>
        {from !== null && (
          <ConversationMenu
            chat={chat}
            partner={partner}
            blocked={blocked}
            from={from}
            onBlock={question.open}
            onClose={() => setFrom(null)}
          />
        )}
        {asking && partner !== undefined && (
          <ConfirmDialog
            question={t('blocking.question', { name: partner.name })}
            hint={t('blocking.hint')}
            yes={t('blocking.block')}
            act={() => parley.users.blockUser({ userId: partner.id })}
            onClose={question.close}
          />
        )}
      </Suspense>
    </>
  )
}
