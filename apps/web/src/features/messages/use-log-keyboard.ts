import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { TimelineItem } from './timeline.ts'

interface Options {
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly list: RefObject<VirtualizerHandle | null>
  readonly items: readonly TimelineItem[]
}

const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }

/**
 * One tab stop for the whole log (the newest message at first), arrows from message to message. The message with the
 * focus stays in the document when it's scrolled out of sight.
 */
export function useLogKeyboard({ viewport, list, items }: Options) {
  const [active, setActive] = useState<string | null>(null)
  const moving = useRef<'nearest' | 'center' | null>(null)
  const messages = items.filter(({ kind }) => kind !== 'day')
  const activeIndex = messages.findIndex(({ key }) => key === active)
  const focusableKey = (messages[activeIndex] ?? messages.at(-1))?.key

  useLayoutEffect(() => {
    const align = moving.current
    if (align === null || active === null) return
    moving.current = null
    const element = viewport.current?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(active)}"]`)
    element?.focus({ preventScroll: true })
    list.current?.scrollToIndex(
      items.findIndex(({ key }) => key === active),
      { align },
    )
  }, [active, items, list, viewport])

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = steps[event.key]
    const onMessage = event.target instanceof HTMLElement && event.target.dataset.messageKey !== undefined
    if (step === undefined || !onMessage) return
    event.preventDefault()
    const from = activeIndex === -1 ? messages.length - 1 : activeIndex
    const next = messages[Math.min(messages.length - 1, Math.max(0, from + step))]
    moving.current = 'nearest'
    if (next !== undefined) setActive(next.key)
  }

  const goTo = useCallback((key: string) => {
    moving.current = 'center'
    setActive(key)
  }, [])

  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const key = event.target.closest<HTMLElement>('[data-message-key]')?.dataset.messageKey
    if (key !== undefined) setActive(key)
  }

  const mounted = items.findIndex(({ key }) => key === active)
  return { focusableKey, onKeyDown, onFocus, goTo, keepMounted: mounted === -1 ? [] : [mounted] }
}
