import { Button } from '@mantine/core'
import { CircleAlert, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { clockTime } from '../../i18n/dates.ts'
import styles from './bubble.module.css'
import { Bubble } from './bubble.tsx'
import { LinkedText } from './linked-text.tsx'
import type { OutgoingMessage } from './outbox.ts'
import { Quote } from './quote.tsx'
import { outbox, sendAgain } from './sending.ts'
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
      below={message.failure !== null && <Failure message={message} failure={message.failure} />}
    >
      {message.replyTo !== null && <Quote quote={message.replyTo} />}
      <div className={styles.text} dir="auto">
        <LinkedText text={message.text} />
      </div>
      <div className={styles.meta}>
        <time dateTime={message.createdAt}>{time}</time>
        {message.failure === null ? (
          <Clock size={13} role="img" aria-label={t('messages.sending')} />
        ) : (
          <CircleAlert size={14} role="img" aria-label={t('messages.failed')} />
        )}
      </div>
    </Bubble>
  )
}

function Failure({ message, failure }: { message: OutgoingMessage; failure: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.failure} role="alert">
      <span>
        {t('messages.failed')}. {failure}
      </span>
      <Button size="compact-sm" variant="subtle" onClick={() => sendAgain(message)}>
        {t('messages.retrySend')}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => outbox.discard(message.tempId)}>
        {t('messages.discard')}
      </Button>
    </div>
  )
}
