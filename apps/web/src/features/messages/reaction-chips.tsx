import { UnstyledButton } from '@mantine/core'
import type { Message } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { useMe } from '../auth/session.ts'
import { usePeople } from '../users/people.ts'
import { toggleReaction } from './react.ts'
import styles from './reaction-chips.module.css'
import { type Chip, chipsOf } from './reactions.ts'

interface Props {
  message: Message
  focusable: boolean
}

/** Under a message: each emoji with its number. A click says the same, or takes it back. */
export function ReactionChips({ message, focusable }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  return (
    <fieldset className={styles.chips} aria-label={t('reactions.title')}>
      {chipsOf(message, me.id).map((chip) => (
        <ReactionChip key={chip.emoji} chip={chip} focusable={focusable} onClick={() => toggleReaction(message, chip.emoji, me.id)} />
      ))}
    </fieldset>
  )
}

/** As many names as are worth reading. */
const mostNamed = 20

function ReactionChip({ chip, focusable, onClick }: { chip: Chip; focusable: boolean; onClick: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const people = usePeople(chip.userIds.slice(0, mostNamed))
  const names = people.map((person) => (person?.id === me.id ? t('chats.you') : (person?.name ?? t('chats.unknownPerson'))))
  const unnamed = chip.userIds.length - names.length
  const who = [...names, ...(unnamed > 0 ? [t('reactions.more', { count: unnamed })] : [])].join(', ')
  return (
    <UnstyledButton
      className={styles.chip}
      aria-pressed={chip.mine}
      aria-label={t('reactions.by', { emoji: chip.emoji, who, count: chip.userIds.length })}
      title={who}
      tabIndex={focusable ? 0 : -1}
      onClick={onClick}
    >
      <span aria-hidden="true">{chip.emoji}</span>
      <span aria-hidden="true" className={styles.count}>
        {chip.userIds.length}
      </span>
    </UnstyledButton>
  )
}
