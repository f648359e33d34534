import { UnstyledButton } from '@mantine/core'
import type { Message } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { usePerson } from '../users/people.ts'
import { inkOf } from '../users/person-colour.ts'
import styles from './quote.module.css'

interface Props {
  quote: NonNullable<Message['replyTo']>
  focusable: boolean
  onJump: (messageId: string) => void
}

/** What a message answers, in one line, and the way there. */
export function Quote({ quote, focusable, onJump }: Props) {
  const { t } = useTranslation()
  const name = usePerson(quote.senderId)?.name ?? t('chats.unknownPerson')
  const color = inkOf(quote.senderId)
  return (
    <blockquote className={styles.quote} style={{ borderColor: color }}>
      <UnstyledButton
        className={styles.link}
        title={t('messages.toQuoted')}
        tabIndex={focusable ? 0 : -1}
        disabled={quote.content === null}
        onClick={() => onJump(quote.id)}
      >
        <bdi className={styles.name}>{name}</bdi>
        <span className={styles.text} dir="auto">
          {quote.content?.text ?? t('messages.deletedQuote')}
        </span>
      </UnstyledButton>
    </blockquote>
  )
}
