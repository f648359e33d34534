import { Popover, TextInput, UnstyledButton } from '@mantine/core'
import type { Message } from '@parley/client'
import { type SyntheticEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Place } from '../../app/place.tsx'
import { useMe } from '../auth/session.ts'
import { toggleReaction } from './react.ts'
import styles from './reaction-picker.module.css'
import { reactedWith } from './reactions.ts'

const quick = ['👍', '❤️', '😂', '😮', '😢', '🙏']

/** What the server takes as one emoji: Unicode's recommended set, and bare pictographs. */
const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v

interface Props {
  message: Message
  /** Where it opens. */
  button: HTMLElement
  onClose: () => void
}

/** Six emoji at hand, and a field for any other. Mounted while it is open. */
export function ReactionPicker({ message, button, onClose }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const [wrong, setWrong] = useState(false)
  const pick = (emoji: string) => {
    toggleReaction(message, emoji, me.id)
    onClose()
  }
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    setWrong(true)
  }
  return (
    <Popover opened onClose={onClose} position="top" shadow="md" trapFocus radius="lg">
      <Popover.Target>
        <Place over={button} aria-label={t('actions.react')} />
      </Popover.Target>
      <Popover.Dropdown className={styles.picker} aria-label={t('actions.react')}>
        <div className={styles.quick}>
          {quick.map((emoji) => (
            <UnstyledButton
              key={emoji}
              className={styles.emoji}
              aria-label={t('reactions.with', { emoji })}
              aria-pressed={reactedWith(message, emoji, me.id)}
              onClick={() => pick(emoji)}
            >
              <span aria-hidden="true">{emoji}</span>
            </UnstyledButton>
          ))}
        </div>
        <form onSubmit={submit} noValidate>
          <TextInput
            aria-label={t('reactions.other')}
            placeholder={t('reactions.other')}
            size="sm"
            radius="xl"
            maxLength={64}
            autoComplete="off"
            error={wrong && t('reactions.oneOnly')}
            onChange={(event) => {
              const typed = event.currentTarget.value.trim()
              setWrong(false)
              if (oneEmoji.test(typed)) pick(typed)
            }}
          />
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
