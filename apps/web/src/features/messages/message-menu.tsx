import { Menu } from '@mantine/core'
import type { Message } from '@parley/client'
import { Copy, Pencil, Reply, SmilePlus, Star, StarOff, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { MenuAt } from '../../app/menu-at.tsx'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { mayEdit, useEditWindow } from './may-edit.ts'
import type { MessageTools } from './message-tools.ts'

interface Props {
  message: Message
  button: HTMLElement
  starred: boolean
  tools: MessageTools
  onClose: () => void
}

/** What one can do with a message, beside the button that opened it. Mounted while it is open. */
export function MessageMenu({ message, button, starred, tools, onClose }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const editWindowSeconds = useEditWindow()
  const copy = () => navigator.clipboard.writeText(message.content?.text ?? '').catch(showFailure)
  const star = () => parley.messages.starMessage({ messageId: message.id, starred: !starred }).catch(showFailure)
  return (
    <MenuAt from={button} label={t('actions.menu')} position="bottom-start" width={210} onClose={onClose}>
      <Menu.Item leftSection={<Reply size={16} aria-hidden />} onClick={() => tools.reply(message)}>
        {t('actions.reply')}
      </Menu.Item>
      <Menu.Item leftSection={<SmilePlus size={16} aria-hidden />} onClick={() => tools.open('picker', message, button)}>
        {t('actions.react')}
      </Menu.Item>
      {mayEdit(message, me.id, editWindowSeconds) && (
        <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => tools.edit(message)}>
          {t('actions.edit')}
        </Menu.Item>
      )}
      {window.isSecureContext && (
        <Menu.Item leftSection={<Copy size={16} aria-hidden />} onClick={copy}>
          {t('actions.copy')}
        </Menu.Item>
      )}
      <Menu.Item leftSection={starred ? <StarOff size={16} aria-hidden /> : <Star size={16} aria-hidden />} onClick={star}>
        {starred ? t('actions.unstar') : t('actions.star')}
      </Menu.Item>
      <Menu.Item color="var(--danger)" leftSection={<Trash2 size={16} aria-hidden />} onClick={() => tools.open('delete', message, button)}>
        {t('actions.delete')}
      </Menu.Item>
    </MenuAt>
  )
}
