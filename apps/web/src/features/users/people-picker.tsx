import { Loader, Pill, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { PublicUser } from '@parley/client'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from './avatar.tsx'
import styles from './people-picker.module.css'
import { useUserSearch } from './user-search.ts'

interface Props {
  picked: readonly PublicUser[]
  onChange: (picked: PublicUser[]) => void
  /** Shown before anything is typed. */
  suggested: readonly PublicUser[]
  /** Who can't be picked, as they're in already. */
  without?: readonly string[]
}

/** Picks people: by typing a name, or from those one talks to. */
export function PeoplePicker({ picked, onChange, suggested, without = [] }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [query] = useDebouncedValue(typed.trim(), 250)
  const { data, isFetching } = useUserSearch(query)
  const offered = (typed.trim() === '' ? suggested : (data ?? [])).filter(({ id }) => !without.includes(id))
  const isPicked = (person: PublicUser) => picked.some(({ id }) => id === person.id)
  const drop = (person: PublicUser) => onChange(picked.filter(({ id }) => id !== person.id))
  const toggle = (person: PublicUser) => {
    if (isPicked(person)) return drop(person)
    onChange([...picked, person])
    setTyped('')
  }
  return (
    <div className={styles.picker}>
      <TextInput
        label={t('group.people')}
        placeholder={t('group.peoplePlaceholder')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={100}
        autoComplete="off"
        rightSection={isFetching && <Loader size={16} />}
      />
      {picked.length > 0 && (
        <Pill.Group role="group" aria-label={t('group.picked')}>
          {picked.map((person) => (
            <Pill
              key={person.id}
              size="lg"
              className={styles.pill}
              withRemoveButton
              onRemove={() => drop(person)}
              removeButtonProps={{ 'aria-label': t('group.unpick', { name: person.name }), 'aria-hidden': false, tabIndex: 0 }}
            >
              {person.name}
            </Pill>
          ))}
        </Pill.Group>
      )}
      <ul className={styles.offered}>
        {offered.map((person) => (
          <li key={person.id}>
            <UnstyledButton className={styles.person} aria-pressed={isPicked(person)} onClick={() => toggle(person)}>
              <Avatar id={person.id} name={person.name} src={person.avatar} size={36} />
              <span className={styles.names}>
                <span className={styles.name}>
                  <bdi>{person.name}</bdi>
                </span>
                <span className={styles.username}>@{person.username}</span>
              </span>
              {isPicked(person) && <Check size={18} aria-hidden />}
            </UnstyledButton>
          </li>
        ))}
        {query !== '' && data?.length === 0 && <li className={styles.nobody}>{t('chats.nobodyFound', { query })}</li>}
      </ul>
    </div>
  )
}
