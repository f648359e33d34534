import { ActionIcon } from '@mantine/core'
import type { Message } from '@parley/client'
import { Ellipsis, type LucideIcon, Reply, SmilePlus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import styles from './bubble.module.css'
import type { MessageTools, Opened } from './message-tools.ts'

interface Props {
  message: Message
  focusable: boolean
  tools: MessageTools
  /** What is open for this message. */
  opened: Opened | undefined
}

/** Beside a message while it's hovered over or has the focus. */
export function MessageActions({ message, focusable, tools, opened }: Props) {
  const { t } = useTranslation()
  const button = (Icon: LucideIcon, label: string, onClick: (at: HTMLElement) => void, expanded?: boolean) => (
    <ActionIcon
      variant="default"
      size={30}
      radius="xl"
      tabIndex={focusable ? 0 : -1}
      aria-label={label}
      aria-haspopup={expanded === undefined ? undefined : true}
      aria-expanded={expanded}
      onClick={(event) => onClick(event.currentTarget)}
    >
      <Icon size={16} aria-hidden />
    </ActionIcon>
  )
  return (
    <div className={styles.actions} data-open={opened !== undefined}>
      {button(SmilePlus, t('actions.react'), (at) => tools.open('picker', message, at), opened === 'picker')}
      {button(Reply, t('actions.reply'), () => tools.reply(message))}
      {button(Ellipsis, t('actions.menu'), (at) => tools.open('menu', message, at), opened === 'menu')}
    </div>
  )
}
