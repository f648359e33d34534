import { UnstyledButton } from '@mantine/core'
import type { PublicUser } from '@parley/client'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { UserRoundX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { sentenceOf, showFailure } from '../../app/failure.ts'
import { Notice } from '../../app/notice.tsx'
import { parley } from '../../app/parley.ts'
import { RowSkeletons } from '../../app/row-skeletons.tsx'
import { Avatar } from '../users/avatar.tsx'
import { useUserSearch } from '../users/user-search.ts'
import styles from './sidebar.module.css'

interface Props {
  query: string
  onPicked: () => void
}

/** People by name; a click opens the private chat with them, made if need be. */
export function PeopleFound({ query, onPicked }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { data, error } = useUserSearch(query)
  const start = useMutation({
    mutationFn: async (userId: string) => (await parley.chats.startPrivateChat({ userId })).chat,
    onSuccess: (chat) => {
      onPicked()
      return navigate({ to: '/chats/$chatId', params: { chatId: chat.id } })
    },
    onError: showFailure,
  })
  if (error !== null && data === undefined) return <Notice icon={UserRoundX} title={sentenceOf(error)} alert />
  if (data === undefined) return <RowSkeletons count={3} />
  if (data.length === 0) return <Notice icon={UserRoundX} title={t('chats.nobodyFound', { query })} hint={t('chats.nobodyFoundHint')} />
  return (
    <section className={styles.list} aria-label={t('chats.people')}>
      <h2 className={styles.heading}>{t('chats.people')}</h2>
      <ul className={styles.rows}>
        {data.map((person) => (
          <PersonRow key={person.id} person={person} disabled={start.isPending} onClick={() => start.mutate(person.id)} />
        ))}
      </ul>
    </section>
  )
}

function PersonRow({ person, disabled, onClick }: { person: PublicUser; disabled: boolean; onClick: () => void }) {
  return (
    <li>
      <UnstyledButton className={styles.row} disabled={disabled} onClick={onClick}>
        <Avatar id={person.id} name={person.name} src={person.avatar} size={44} />
        <span className={styles.rowText}>
          <span className={styles.name}>
            <bdi>{person.name}</bdi>
          </span>
          <span className={styles.preview}>@{person.username}</span>
        </span>
      </UnstyledButton>
    </li>
  )
}
