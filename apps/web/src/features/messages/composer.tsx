import { ActionIcon, Textarea } from '@mantine/core'
import type { Chat, ChatView, Message } from '@parley/client'
import { Check, SendHorizontal } from 'lucide-react'
import { type SyntheticEvent, useId } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './composer.module.css'
import { ComposerBar } from './composer-bar.tsx'
import { type ComposerTarget, hasKeyboard, useComposer } from './use-composer.ts'

interface Props {
  view: ChatView
  chat: Chat
  messages: readonly Message[]
  /** The message that is answered or changed. */
  target: ComposerTarget
  /** A draft answers this message. */
  onReplyTo: (messageId: string) => void
  onEdit: (message: Message) => void
  onRelease: () => void
}

/** The field to write in: a new message, an answer, or a change of an earlier one. */
export function Composer(props: Props) {
  const { t } = useTranslation()
  const keysId = useId()
  const composer = useComposer(props)
  const { target, onRelease } = props
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    composer.submit()
  }
  return (
    <div className={styles.composer}>
      {target !== null && <ComposerBar target={target} onRelease={onRelease} />}
      <form className={styles.form} onSubmit={submit}>
        <Textarea
          ref={composer.field}
          className={styles.field}
          classNames={{ input: styles.input ?? '' }}
          value={composer.text}
          onChange={(event) => composer.write(event.currentTarget.value)}
          onKeyDown={composer.onKeyDown}
          placeholder={t('composer.placeholder')}
          aria-label={t('composer.label')}
          aria-describedby={keysId}
          error={composer.over > 0 && t('composer.tooLong', { over: composer.over })}
          autosize
          minRows={1}
          maxRows={8}
          dir="auto"
          enterKeyHint={hasKeyboard() ? 'send' : 'enter'}
        />
        <ActionIcon
          type="submit"
          size={44}
          radius="xl"
          disabled={!composer.ready}
          aria-label={t(composer.editing ? 'composer.save' : 'composer.send')}
        >
          {composer.editing ? <Check size={20} aria-hidden /> : <SendHorizontal size={20} aria-hidden />}
        </ActionIcon>
        <span id={keysId} hidden>
          {t('composer.keys')}
        </span>
      </form>
    </div>
  )
}
