import type { Message } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { usePerson } from '../users/people.ts'
import { inkOf } from '../users/person-colour.ts'
import styles from './quote.module.css'

/** What a message answers, in one line. */
export function Quote({ quote }: { quote: NonNullable<Message['replyTo']> }) {
  const { t } = useTranslation()
  const name = usePerson(quote.senderId)?.name ?? t('chats.unknownPerson')
  const color = inkOf(quote.senderId)
  return (
    <blockquote className={styles.quote} style={{ borderColor: color }}>
      <bdi className={styles.name}>{name}</bdi>
      <span className={styles.text} dir="auto">
        {quote.content?.text ?? t('messages.deletedQuote')}
      </span>
    </blockquote>
  )
}
