import { Menu } from '@mantine/core'
import type { Chat, Message } from '@parley/client'
import { Copy, Pencil, Reply, Trash2 } from 'lucide-react'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { administers } from '../chats/chat-title.ts'
import { mayEdit, useEditWindow } from './may-edit.ts'
import styles from './message-menu.module.css'

const ConfirmDialog = lazy(async () => ({ default: (await import('../../app/confirm-dialog.tsx')).ConfirmDialog }))

interface Target {
  readonly message: Message
  /** The button that opened the menu; it gets the focus back. */
  readonly button: HTMLElement
}

/** One menu for the whole log, beside the message it was opened for. */
export function useMessageMenu() {
  const [target, setTarget] = useState<Target | null>(null)
  const open = useCallback((message: Message, button: HTMLElement) => setTarget({ message, button }), [])
  const close = () => {
    target?.button.focus()
    setTarget(null)
  }
  return { target, open, close }
}

interface Props {
  menu: ReturnType<typeof useMessageMenu>
  chat: Chat
  onReply: (message: Message) => void
  onEdit: (message: Message) => void
}

export function MessageMenu({ menu, chat, onReply, onEdit }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const editWindowSeconds = useEditWindow()
  const [erasing, setErasing] = useState<Message | null>(null)
  const message = menu.target?.message
  const place = menu.target?.button.getBoundingClientRect()
  const mayErase = message?.senderId === me.id || administers(chat, me.id)
  const copy = (text: string) => navigator.clipboard.writeText(text).catch(showFailure)
  return (
    <>
      {message?.content && place && (
        <Menu
          opened
          onClose={menu.close}
          position="bottom-start"
          shadow="md"
          width={210}
          returnFocus={false}
          withInitialFocusPlaceholder={false}
        >
          <Menu.Target>
            <button
              type="button"
              tabIndex={-1}
              aria-label={t('actions.menu')}
              className={styles.place}
              style={{ left: place.left, top: place.top, width: place.width, height: place.height }}
            />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Reply size={16} aria-hidden />} onClick={() => onReply(message)}>
              {t('actions.reply')}
            </Menu.Item>
            {mayEdit(message, me.id, editWindowSeconds) && (
              <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => onEdit(message)}>
                {t('actions.edit')}
              </Menu.Item>
            )}
            {window.isSecureContext && (
              <Menu.Item leftSection={<Copy size={16} aria-hidden />} onClick={() => copy(message.content?.text ?? '')}>
                {t('actions.copy')}
              </Menu.Item>
            )}
            {mayErase && (
              <Menu.Item color="var(--danger)" leftSection={<Trash2 size={16} aria-hidden />} onClick={() => setErasing(message)}>
                {t('actions.delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <Suspense>
        {erasing !== null && (
          <ConfirmDialog
            question={t('actions.deleteConfirm')}
            yes={t('actions.deleteYes')}
            act={() => parley.messages.deleteMessage({ messageId: erasing.id })}
            onClose={() => setErasing(null)}
          />
        )}
      </Suspense>
    </>
  )
}
