import { ActionIcon, Textarea } from '@mantine/core'
import type { Message } from '@parley/client'
import { useQuery } from '@tanstack/react-query'
import { Check, SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { configQuery, useMe } from '../auth/session.ts'
import styles from './composer.module.css'
import { ComposerBar } from './composer-bar.tsx'
import type { ComposerTarget } from './conversation.tsx'
import { draftOf, keepDraft } from './drafts.ts'
import { mayEdit } from './may-edit.ts'
import { edit, send } from './sending.ts'

interface Props {
  chatId: string
  messages: readonly Message[] | undefined
  /** The message that is answered or changed. */
  target: ComposerTarget
  onEdit: (message: Message) => void
  onRelease: () => void
}

const hasKeyboard = () => matchMedia('(hover: hover) and (pointer: fine)').matches

/** The field to write in: a new message, an answer, or a change of an earlier one. */
export function Composer({ chatId, messages, target, onEdit, onRelease }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const limits = useQuery(configQuery).data?.limits
  const field = useRef<HTMLTextAreaElement>(null)
  const keysId = useId()
  const [draft, setDraft] = useState(() => draftOf(chatId))
  const [changed, setChanged] = useState('')
  const editing = target?.kind === 'edit' ? target.message : null
  const text = editing === null ? draft : changed
  const over = text.length - (limits?.messageLength ?? Number.POSITIVE_INFINITY)

  useEffect(() => {
    if (target === null && !hasKeyboard()) return
    if (target?.kind === 'edit') setChanged(target.message.content?.text ?? '')
    field.current?.focus()
  }, [target])

  const write = (value: string) => {
    if (editing !== null) return setChanged(value)
    setDraft(value)
    keepDraft(chatId, value)
  }

  const submit = () => {
    if (text.trim() === '' || over > 0) return
    onRelease()
    if (editing === null) {
      send(chatId, text.trim(), target?.message ?? null)
      write('')
    } else if (text.trim() !== editing.content?.text) {
      edit(editing, text.trim()).catch(showFailure)
    }
    field.current?.focus()
  }

  const editLast = () => {
    const last = messages?.findLast((message) => mayEdit(message, me.id, limits?.editWindowSeconds ?? 0))
    if (last !== undefined) onEdit(last)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    // Without a keyboard there is no Shift+Enter: Enter breaks the line, and the button sends.
    if (event.key === 'Enter' && !event.shiftKey && hasKeyboard()) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && target !== null) {
      onRelease()
    } else if (event.key === 'ArrowUp' && text === '' && target === null) {
      event.preventDefault()
      editLast()
    }
  }

  return (
    <div className={styles.composer}>
      {target !== null && <ComposerBar target={target} onRelease={onRelease} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Textarea
          ref={field}
          className={styles.field}
          classNames={{ input: styles.input ?? '' }}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          placeholder={t('composer.placeholder')}
          aria-label={t('composer.label')}
          aria-describedby={keysId}
          error={over > 0 && t('composer.tooLong', { over })}
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
          disabled={text.trim() === '' || over > 0}
          aria-label={t(editing === null ? 'composer.send' : 'composer.save')}
        >
          {editing === null ? <SendHorizontal size={20} aria-hidden /> : <Check size={20} aria-hidden />}
        </ActionIcon>
        <span id={keysId} hidden>
          {t('composer.keys')}
        </span>
      </form>
    </div>
  )
}
