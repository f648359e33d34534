import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { TimelineItem } from './timeline.ts'

/** Closer to the bottom than this counts as being there, pixels. */
const endMargin = 60
/** Older messages are asked for this far before the top is reached, pixels. */
const topMargin = 600

interface Options {
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly list: RefObject<VirtualizerHandle | null>
  readonly items: readonly TimelineItem[]
  readonly myId: string
  readonly loadOlder: () => void
}

const firstMessage = (items: readonly TimelineItem[]) => items.find(({ kind }) => kind !== 'day')?.key
const isOutgoing = (item: TimelineItem | undefined) => item?.kind === 'outgoing' && item.message.failure === null

const othersAfter = (items: readonly TimelineItem[], seq: number, myId: string) =>
  items.filter((item) => item.kind === 'stored' && item.message.seq > seq && item.message.senderId !== myId).length

/**
 * Keeps the log where its reader is: at the bottom while they are there, else on the message they look at,
 * whether older ones are put in above or new ones come in below.
 */
export function useLogScroll({ viewport, list, items, myId, loadOlder }: Options) {
  const [atEnd, setAtEnd] = useState(true)
  const atEndNow = useRef(true)
  const [seenSeq, setSeenSeq] = useState(0)
  const first = firstMessage(items)
  const shownFirst = useRef(first)
  const shift = first !== shownFirst.current && shownFirst.current !== undefined && items.some(({ key }) => key === shownFirst.current)
  const last = items.at(-1)
  const lastStored = items.findLast((item) => item.kind === 'stored')
  const lastSeq = lastStored?.kind === 'stored' ? lastStored.message.seq : 0

  const toEnd = useCallback(() => {
    const handle = list.current
    if (handle !== null && items.length > 0) handle.scrollToIndex(items.length - 1, { align: 'end' })
  }, [list, items.length])

  useLayoutEffect(() => {
    shownFirst.current = first
  }, [first])

  useLayoutEffect(() => {
    if (isOutgoing(last)) atEndNow.current = true
    if (atEndNow.current) toEnd()
  }, [last, toEnd])

  useEffect(() => {
    if (atEnd) setSeenSeq(lastSeq)
  }, [atEnd, lastSeq])

  const look = useCallback(() => {
    const element = viewport.current
    if (element === null) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    atEndNow.current = below < endMargin
    setAtEnd(atEndNow.current)
    if (element.scrollTop < topMargin) loadOlder()
  }, [viewport, loadOlder])

  useEffect(look, [look])

  return {
    shift,
    atEnd,
    newCount: atEnd ? 0 : othersAfter(items, seenSeq, myId),
    onScroll: look,
    onResize: useCallback(() => atEndNow.current && toEnd(), [toEnd]),
    jump: toEnd,
  }
}
