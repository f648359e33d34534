import { ActionIcon } from '@mantine/core'
import type { Message } from '@parley/client'
import { Ellipsis, Reply } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from './bubble.module.css'

interface Props {
  message: Message
  focusable: boolean
  onReply: (message: Message) => void
  onMenu: (message: Message, at: HTMLElement) => void
  menuOpen: boolean
}

/** Beside a message while it's hovered over or has the focus. */
export function MessageActions({ message, focusable, onReply, onMenu, menuOpen }: Props) {
  const { t } = useTranslation()
  const tabIndex = focusable ? 0 : -1
  return (
    <div className={styles.actions} data-open={menuOpen}>
      <ActionIcon
        variant="default"
        size={30}
        radius="xl"
        tabIndex={tabIndex}
        aria-label={t('actions.reply')}
        onClick={() => onReply(message)}
      >
        <Reply size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        radius="xl"
        tabIndex={tabIndex}
        aria-label={t('actions.menu')}
        aria-haspopup="menu"
        aria-expanded={menuOpen}
        onClick={(event) => onMenu(message, event.currentTarget)}
      >
        <Ellipsis size={16} aria-hidden />
      </ActionIcon>
    </div>
  )
}
