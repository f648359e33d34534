import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChatList } from '../chats/chat-list.ts'
import { Avatar } from '../users/avatar.tsx'
import { useUnblock } from '../users/blocking.ts'
import { usePerson } from '../users/people.ts'
import styles from './settings.module.css'

/** Whom I blocked, and the way to let them in again. */
export function BlockedPeople() {
  const { t } = useTranslation()
  const { blockedIds } = useChatList()
  return (
    <section className={styles.card} aria-labelledby="blocked">
      <div>
        <h2 id="blocked" className={styles.heading}>
          {t('settings.blocked')}
        </h2>
        <p className={styles.hint}>{blockedIds.size === 0 ? t('settings.nobodyBlocked') : t('blocking.hint')}</p>
      </div>
      {blockedIds.size > 0 && (
        <ul className={styles.people}>
          {[...blockedIds].map((userId) => (
            <BlockedPerson key={userId} userId={userId} />
          ))}
        </ul>
      )}
    </section>
  )
}

function BlockedPerson({ userId }: { userId: string }) {
  const { t } = useTranslation()
  const person = usePerson(userId)
  const unblock = useUnblock()
  const name = person?.name ?? t('chats.unknownPerson')
  return (
    <li className={styles.person}>
      <Avatar id={userId} name={name} src={person?.avatar ?? null} size={40} />
      <span className={styles.names}>
        <bdi className={styles.name}>{name}</bdi>
        {person !== undefined && <span className={styles.username}>@{person.username}</span>}
      </span>
      <Button
        variant="default"
        size="sm"
        aria-label={t('chatMenu.unblock', { name })}
        loading={unblock.isPending}
        onClick={() => unblock.mutate(userId)}
      >
        {t('blocking.unblock')}
      </Button>
    </li>
  )
}
