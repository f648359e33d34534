import type { ChatView } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { TimelineItem } from './timeline.ts'
import type { useOlder } from './use-older.ts'

/** So far back a message is looked for, in pages; further up one scrolls. */
const mostPages = 20

interface Options {
  readonly view: ChatView
  readonly items: readonly TimelineItem[]
  readonly older: ReturnType<typeof useOlder>
  readonly goTo: (key: string) => void
  /** The message to begin with. */
  readonly begin: string | undefined
}

/** Leads to a message by its id; older ones are loaded until it's there. */
export function useJump({ view, items, older, goTo, begin }: Options): (messageId: string) => void {
  const [wanted, setWanted] = useState(begin ?? null)
  const pages = useRef(0)
  const { load, isError } = older

  useEffect(() => {
    if (wanted === null) return
    const item = items.find((each) => each.kind === 'stored' && each.message.id === wanted)
    if (item !== undefined) goTo(item.key)
    if (item === undefined && view.current.hasOlder && pages.current < mostPages && !isError) {
      pages.current += 1
      return load()
    }
    setWanted(null)
  }, [wanted, items, view, load, isError, goTo])

  return useCallback((messageId: string) => {
    pages.current = 0
    setWanted(messageId)
  }, [])
}
