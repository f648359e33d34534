import type { Message } from '@parley/client'
import { useCallback, useMemo, useState } from 'react'

/** What opens from a message: one at a time in the whole log. */
export type Opened = 'menu' | 'picker' | 'delete'

interface Target {
  readonly opened: Opened
  readonly message: Message
  /** The button that opened it; it gets the focus back. */
  readonly button: HTMLElement
}

/** What the buttons beside a message do. */
export interface MessageTools {
  reply(message: Message): void
  edit(message: Message): void
  /** Leads to another message. */
  jump(messageId: string): void
  open(what: Opened, message: Message, button: HTMLElement): void
}

export function useMessageTools({ reply, edit, jump }: Pick<MessageTools, 'reply' | 'edit' | 'jump'>) {
  const [target, setTarget] = useState<Target | null>(null)
  const tools = useMemo<MessageTools>(
    () => ({ reply, edit, jump, open: (opened, message, button) => setTarget({ opened, message, button }) }),
    [reply, edit, jump],
  )
  // What was opened from the menu stays when the menu closes behind it.
  const close = useCallback((closed: Target) => {
    setTarget((current) => (current === closed ? null : current))
    closed.button.focus()
  }, [])
  return { target, tools, close }
}
