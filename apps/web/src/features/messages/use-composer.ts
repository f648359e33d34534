import type { Chat, ChatView, Message } from '@parley/client'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { configQuery, useMe } from '../auth/session.ts'
import { ownTyping } from '../presence/typing.ts'
import { mayEdit, useEditWindow } from './may-edit.ts'
import { useDraft } from './use-draft.ts'

export type ComposerTarget = { readonly kind: 'reply' | 'edit'; readonly message: Message } | null

interface Options {
  readonly view: ChatView
  readonly chat: Chat
  readonly messages: readonly Message[]
  readonly target: ComposerTarget
  readonly onReplyTo: (messageId: string) => void
  readonly onEdit: (message: Message) => void
  readonly onRelease: () => void
}

/** Whether there is a real keyboard, or one on the glass that covers half the screen. */
export const hasKeyboard = () => matchMedia('(hover: hover) and (pointer: fine)').matches

/** What stands in the field (while a message is changed, its text beside the draft), and what its keys do. */
export function useComposer({ view, chat, messages, target, onReplyTo, onEdit, onRelease }: Options) {
  const me = useMe()
  const editWindow = useEditWindow()
  const longest = useQuery(configQuery).data?.limits.messageLength ?? Number.POSITIVE_INFINITY
  const field = useRef<HTMLTextAreaElement>(null)
  const [draft, writeDraft] = useDraft({ chat, replyTo: target?.kind === 'reply' ? target.message.id : null, onReplyTo })
  const [changed, setChanged] = useState<string | null>(null)
  const edited = target?.kind === 'edit' ? target.message : null
  const text = edited === null ? draft : (changed ?? edited.content?.text ?? '')
  const over = text.length - longest
  const ready = text.trim() !== '' && over <= 0

  useEffect(() => {
    setChanged(null)
    if (target !== null || hasKeyboard()) field.current?.focus()
  }, [target])

  useEffect(() => () => ownTyping.stopped(chat.id), [chat.id])

  const write = (value: string) => {
    if (edited !== null) return setChanged(value)
    writeDraft(value)
    ownTyping.wrote(chat.id, value)
  }

  const submit = () => {
    if (!ready) return
    if (edited === null) {
      view.send({ content: text.trim(), ...(target && { replyTo: target.message.id }) })
      write('')
    } else if (text.trim() !== edited.content?.text) {
      parley.messages.editMessage({ messageId: edited.id, content: text.trim() }).catch(showFailure)
    }
    onRelease()
    field.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    // On the glass there is no Shift+Enter: Enter breaks the line, and the button sends.
    if (event.key === 'Enter' && !event.shiftKey && hasKeyboard()) {
      event.preventDefault()
      submit()
    }
    if (event.key === 'Escape') onRelease()
    const last = messages.findLast((message) => mayEdit(message, me.id, editWindow))
    if (event.key === 'ArrowUp' && text === '' && target === null && last !== undefined) {
      event.preventDefault()
      onEdit(last)
    }
  }

  return { field, text, over, ready, editing: edited !== null, write, submit, onKeyDown }
}
