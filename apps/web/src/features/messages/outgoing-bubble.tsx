import { ActionIcon, Button } from '@mantine/core'
import type { OutgoingMessage } from '@parley/client'
import { CircleAlert, Clock, RotateCw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../../app/connection.ts'
import { sentenceOf } from '../../app/failure.ts'
import { clockTime } from '../../i18n/dates.ts'
import styles from './bubble.module.css'
import { Bubble } from './bubble.tsx'
import { LinkedText } from './linked-text.tsx'
import { Quote } from './quote.tsx'
import type { OutgoingItem } from './timeline.ts'

interface Props {
  item: OutgoingItem
  focusable: boolean
  onJump: (messageId: string) => void
}

/** A message of mine that the server hasn't confirmed. */
export function OutgoingBubble({ item, focusable, onJump }: Props) {
  const { t } = useTranslation()
  const online = useConnection() === 'online'
  const { message } = item
  const time = clockTime(message.createdAt)
  const waiting = message.status === 'sending' && !online
  return (
    <Bubble
      item={item}
      mine
      focusable={focusable}
      label={t('messages.from', { name: t('chats.you'), time })}
      actions={waiting && <WaitingActions message={message} focusable={focusable} />}
      below={message.status === 'failed' && <Failure message={message} />}
    >
      {message.replyTo !== null && <Quote quote={message.replyTo} focusable={focusable} onJump={onJump} />}
      <div className={styles.text} dir="auto">
        <LinkedText text={message.content.text} />
      </div>
      <div className={styles.meta}>
        {waiting && <span>{t('messages.waiting')}</span>}
        <time dateTime={message.createdAt}>{time}</time>
        {message.status === 'sending' ? (
          <Clock size={13} role="img" aria-label={t('messages.sending')} />
        ) : (
          <CircleAlert size={14} className={styles.alert} role="img" aria-label={t('messages.failed')} />
        )}
      </div>
    </Bubble>
  )
}

/** Beside what waits for the connection: it leaves by itself, or is thrown away. */
function WaitingActions({ message, focusable }: { message: OutgoingMessage; focusable: boolean }) {
  const { t } = useTranslation()
  const shape = { variant: 'default', size: 30, radius: 'xl', tabIndex: focusable ? 0 : -1 }
  return (
    <div className={styles.actions}>
      <ActionIcon {...shape} aria-label={t('messages.retrySend')} onClick={() => message.retry()}>
        <RotateCw size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon {...shape} aria-label={t('messages.discard')} onClick={() => message.discard()}>
        <X size={16} aria-hidden />
      </ActionIcon>
    </div>
  )
}

function Failure({ message }: { message: Extract<OutgoingMessage, { status: 'failed' }> }) {
  const { t } = useTranslation()
  return (
    <div className={styles.failure} role="alert">
      <span>
        {t('messages.failed')}. {sentenceOf(message.error)}
      </span>
      <Button size="compact-sm" variant="subtle" onClick={() => message.retry()}>
        {t('messages.retrySend')}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => message.discard()}>
        {t('messages.discard')}
      </Button>
    </div>
  )
}
