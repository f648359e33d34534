import { CloseButton } from '@mantine/core'
import { Pencil, Reply } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usePerson } from '../users/people.ts'
import styles from './composer.module.css'
import type { ComposerTarget } from './use-composer.ts'

interface Props {
  target: NonNullable<ComposerTarget>
  onRelease: () => void
}

/** Above the field: which message is answered or changed, and the way back. */
export function ComposerBar({ target, onRelease }: Props) {
  const { t } = useTranslation()
  const name = usePerson(target.message.senderId)?.name ?? t('chats.unknownPerson')
  const isReply = target.kind === 'reply'
  const Icon = isReply ? Reply : Pencil
  return (
    <div className={styles.bar}>
      <Icon size={18} aria-hidden className={styles.barIcon} />
      <div className={styles.barText}>
        <div className={styles.barTitle}>{isReply ? t('composer.replyTo', { name }) : t('composer.editing')}</div>
        <div className={styles.barQuote} dir="auto">
          {target.message.content?.text}
        </div>
      </div>
      <CloseButton size={32} radius="xl" aria-label={isReply ? t('composer.cancelReply') : t('composer.cancelEdit')} onClick={onRelease} />
    </div>
  )
}
