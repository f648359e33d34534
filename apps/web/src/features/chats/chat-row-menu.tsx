import type { Chat } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { MenuAt } from '../../app/menu-at.tsx'
import { ChatMenuItems } from './chat-menu-items.tsx'

interface Props {
  chat: Chat
  from: HTMLElement
  onClose: () => void
}

/** The menu of a chat in the list. Mounted while it is open. */
export function ChatRowMenu({ chat, from, onClose }: Props) {
  const { t } = useTranslation()
  return (
    <MenuAt from={from} label={t('chatMenu.open')} onClose={onClose}>
      <ChatMenuItems chat={chat} />
    </MenuAt>
  )
}
