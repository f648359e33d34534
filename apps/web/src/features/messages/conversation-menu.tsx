import { Menu } from '@mantine/core'
import type { Chat, PublicUser } from '@parley/client'
import { Ban } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MenuAt } from '../../app/menu-at.tsx'
import { ChatMenuItems } from '../chats/chat-menu-items.tsx'
import { useUnblock } from '../users/blocking.ts'

interface Props {
  chat: Chat
  /** The other person of a private chat, and whether I blocked them. */
  partner: PublicUser | undefined
  blocked: boolean
  from: HTMLElement
  onBlock: () => void
  onClose: () => void
}

/** The menu of the open chat. Mounted while it is open. */
export function ConversationMenu({ chat, partner, blocked, from, onBlock, onClose }: Props) {
  const { t } = useTranslation()
  const unblock = useUnblock()
  return (
    <MenuAt from={from} label={t('chatMenu.open')} onClose={onClose}>
      <ChatMenuItems chat={chat} />
      {partner !== undefined && (
        <>
          <Menu.Divider />
          <Menu.Item
            color="var(--danger)"
            leftSection={<Ban size={16} aria-hidden />}
            onClick={() => (blocked ? unblock.mutate(partner.id) : onBlock())}
          >
            {t(blocked ? 'chatMenu.unblock' : 'chatMenu.block', { name: partner.name })}
          </Menu.Item>
        </>
      )}
    </MenuAt>
  )
}
