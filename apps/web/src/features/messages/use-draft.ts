import type { Chat } from '@parley/client'
import { useEffect, useRef, useState } from 'react'
import type { Draft } from './draft-keeper.ts'
import { drafts } from './drafts.ts'

const nothing: Draft = { text: '', replyTo: null }

interface Options {
  readonly chat: Chat
  /** The id of the message that is being answered. */
  readonly replyTo: string | null
  /** A draft came along with a message that it answers. */
  readonly onReplyTo: (messageId: string) => void
}

/** What stands in the field of a chat, on all my devices: saved while it's written, taken over from elsewhere while it's untouched here. */
export function useDraft({ chat, replyTo, onReplyTo }: Options): [text: string, write: (text: string) => void] {
  const saved = chat.draft ?? nothing
  const [text, setText] = useState(() => (drafts.unsaved(chat.id) ?? saved).text)
  const shown = useRef(saved.text)
  const restored = useRef(false)

  useEffect(() => {
    if (restored.current) return
    restored.current = true
    const answered = (drafts.unsaved(chat.id) ?? saved).replyTo
    if (answered !== null) onReplyTo(answered)
  }, [chat.id, saved, onReplyTo])

  useEffect(() => {
    const untouched = drafts.unsaved(chat.id) === undefined && text === shown.current
    if (untouched && text !== saved.text) setText(saved.text)
    shown.current = saved.text
  }, [chat.id, saved.text, text])

  // Leaving the chat is a good moment to save.
  useEffect(() => () => drafts.flush(), [])

  const write = (next: string) => {
    setText(next)
    drafts.write(chat.id, { text: next, replyTo: next.trim() === '' ? null : replyTo }, { text: saved.text, replyTo: saved.replyTo })
  }
  return [text, write]
}
