import type { OutgoingMessage } from '@parley/client'
import { expect, test } from 'vitest'
import { messageOf } from '../../testing/factories.ts'
import { timelineOf } from './timeline.ts'

const at = (day: number, hour: number, minute: number) => new Date(2025, 4, day, hour, minute).toISOString()
const said = (seq: number, senderId: string, createdAt: string) => messageOf(seq, { senderId, createdAt })
const shape = (messages: ReturnType<typeof said>[], outgoing: OutgoingMessage[] = []) =>
  timelineOf({ messages, outgoing, myId: 'me', keyOf: (id) => id }).map((item) =>
    item.kind === 'day' ? 'day' : `${item.first ? '[' : ''}${item.kind}${item.last ? ']' : ''}`,
  )

test('each day begins with a header', () => {
  expect(shape([said(1, 'ben', at(3, 23, 59)), said(2, 'ben', at(4, 0, 0))])).toEqual(['day', '[stored]', 'day', '[stored]'])
})

test("one person's messages within five minutes of each other stand together", () => {
  expect(
    shape([said(1, 'ben', at(3, 10, 0)), said(2, 'ben', at(3, 10, 4)), said(3, 'ben', at(3, 10, 10)), said(4, 'me', at(3, 10, 11))]),
  ).toEqual(['day', '[stored', 'stored]', '[stored]', '[stored]'])
})

test('what is on its way stands last, together with my latest', () => {
  const content = { type: 'text' as const, text: 'x' }
  const outgoing: OutgoingMessage = {
    ...{ tempId: 't', chatId: 'chat', content, replyTo: null, mentions: [], createdAt: at(3, 10, 1) },
    status: 'sending',
    retry: () => {},
    discard: () => {},
  }
  expect(shape([said(1, 'me', at(3, 10, 0))], [outgoing])).toEqual(['day', '[stored', 'outgoing]'])
})

test('keys are unique when one day is split by a page', () => {
  const keys = timelineOf({
    messages: [said(1, 'ben', at(3, 10, 0)), said(2, 'ben', at(4, 10, 0)), said(3, 'ben', at(3, 10, 0))],
    outgoing: [],
    myId: 'me',
    keyOf: (id) => id,
  }).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})
