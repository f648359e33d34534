import { Button } from '@mantine/core'
import type { OutgoingMessage } from '@parley/client'
import { CircleAlert, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/failure.ts'
import { clockTime } from '../../i18n/dates.ts'
import styles from './bubble.module.css'
import { Bubble } from './bubble.tsx'
import { LinkedText } from './linked-text.tsx'
import { Quote } from './quote.tsx'
import type { OutgoingItem } from './timeline.ts'

/** A message of mine that the server hasn't confirmed. */
export function OutgoingBubble({ item, focusable }: { item: OutgoingItem; focusable: boolean }) {
  const { t } = useTranslation()
  const { message } = item
  const time = clockTime(message.createdAt)
  return (
    <Bubble
      item={item}
      mine
      focusable={focusable}
      label={t('messages.from', { name: t('chats.you'), time })}
      below={message.status === 'failed' && <Failure message={message} />}
    >
      {message.replyTo !== null && <Quote quote={message.replyTo} />}
      <div className={styles.text} dir="auto">
        <LinkedText text={message.content.text} />
      </div>
      <div className={styles.meta}>
        <time dateTime={message.createdAt}>{time}</time>
        {message.status === 'sending' ? (
          <Clock size={13} role="img" aria-label={t('messages.sending')} />
        ) : (
          <CircleAlert size={14} role="img" aria-label={t('messages.failed')} />
        )}
      </div>
    </Bubble>
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
