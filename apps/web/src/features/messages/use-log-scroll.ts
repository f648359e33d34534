import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { TimelineItem } from './timeline.ts'

/** Closer to the bottom than this counts as being there, pixels. */
const endMargin = 60
/** Older messages are asked for this far before the top is reached, pixels. */
const topMargin = 600

interface Options {
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly items: readonly TimelineItem[]
  readonly myId: string
  readonly loadOlder: () => void
}

const firstMessage = (items: readonly TimelineItem[]) => items.find(({ kind }) => kind !== 'day')?.key
const isOutgoing = (item: TimelineItem | undefined) => item?.kind === 'outgoing' && item.message.status === 'sending'

const othersAfter = (items: readonly TimelineItem[], seq: number, myId: string) =>
  items.filter((item) => item.kind === 'stored' && item.message.seq > seq && item.message.senderId !== myId).length

/**
 * Keeps the log where its reader is: at the bottom while they are there, else on the message they look at,
 * whether older ones are put in above or new ones come in below.
 */
export function useLogScroll({ viewport, items, myId, loadOlder }: Options) {
  const [atEnd, setAtEnd] = useState(true)
  const atEndNow = useRef(true)
  const lastTop = useRef(0)
  const [seenSeq, setSeenSeq] = useState(0)
  const first = firstMessage(items)
  const shownFirst = useRef(first)
  const shift = first !== shownFirst.current && shownFirst.current !== undefined && items.some(({ key }) => key === shownFirst.current)
  const last = items.at(-1)
  const lastStored = items.findLast((item) => item.kind === 'stored')
  const lastSeq = lastStored?.kind === 'stored' ? lastStored.message.seq : 0

  // At once rather than by virtua's scrollToIndex: that goes on for a while, and would pull back who scrolls up meanwhile.
  const toEnd = useCallback(() => {
    const element = viewport.current
    if (element === null) return
    atEndNow.current = true
    element.scrollTop = element.scrollHeight
  }, [viewport])

  useLayoutEffect(() => {
    shownFirst.current = first
  }, [first])

  useLayoutEffect(() => {
    if (isOutgoing(last) || atEndNow.current) toEnd()
  }, [last, toEnd])

  useEffect(() => {
    if (atEnd) setSeenSeq(lastSeq)
  }, [atEnd, lastSeq])

  const look = useCallback(() => {
    const element = viewport.current
    if (element === null) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    // What grows below moves nobody away; only scrolling up does.
    const movedUp = element.scrollTop < lastTop.current
    lastTop.current = element.scrollTop
    atEndNow.current = below < endMargin || (atEndNow.current && !movedUp)
    setAtEnd(atEndNow.current)
    if (element.scrollTop < topMargin) loadOlder()
  }, [viewport, loadOlder])

  // A page that doesn't fill the window can't be scrolled, so nothing else would ask for more.
  useEffect(() => {
    const element = viewport.current
    if (element !== null && items.length > 0 && element.scrollHeight <= element.clientHeight) loadOlder()
  }, [viewport, items, loadOlder])

  return {
    shift,
    atEnd,
    newCount: atEnd ? 0 : othersAfter(items, seenSeq, myId),
    onScroll: look,
    onResize: useCallback(() => atEndNow.current && toEnd(), [toEnd]),
    jump: toEnd,
  }
}
