import { expect, test } from 'vitest'
import type { LiveEvent } from '../../live/live-event.ts'
import { messageOf } from '../../testing/factories.ts'
import { foldHistory, type History, putMessages } from './history.ts'

const historyOf = (...seqs: number[]): History => ({ messages: seqs.map((seq) => messageOf(seq)), olderCursor: null })
const sent = (seq: number): LiveEvent => ({ name: 'new_message', payload: { message: messageOf(seq), tempId: 'temporary' } })
const edited = (seq: number, rev: number, text: string): LiveEvent => ({
  name: 'message_edited',
  payload: { chatId: 'chat', seq: rev, message: messageOf(seq, { rev, content: { type: 'text', text } }) },
})
const deleted = (seq: number, rev: number): LiveEvent => ({
  name: 'message_deleted',
  payload: { chatId: 'chat', seq: rev, messageId: `message ${seq}`, deletedAt: '2025-05-03T11:00:00.000Z' },
})
const seqs = (history: History) => history.messages.map(({ seq }) => seq)
const texts = (history: History) => history.messages.map(({ content }) => content?.text ?? null)

test('a message that arrives twice is there once (E2)', () => {
  expect(seqs([sent(3), sent(3)].reduce(foldHistory, historyOf(1, 2)))).toEqual([1, 2, 3])
})

test('messages stand in the order of the stream, whatever order they came in (O1)', () => {
  expect(seqs([sent(4), sent(3)].reduce(foldHistory, historyOf(1, 2)))).toEqual([1, 2, 3, 4])
  expect(seqs(putMessages(historyOf(4, 5), [messageOf(1), messageOf(2)]))).toEqual([1, 2, 4, 5])
})

test('of two versions of a message the higher rev stays (O3)', () => {
  const history = [edited(1, 5, 'second'), edited(1, 4, 'first')].reduce(foldHistory, historyOf(1, 2))
  expect(texts(history)).toEqual(['second', 'text 2'])
})

test('a page that was read before an edit does not bring the old text back (O3)', () => {
  const history = foldHistory(historyOf(1, 2), edited(1, 5, 'second'))
  expect(texts(putMessages(history, [messageOf(1), messageOf(2)]))).toEqual(['second', 'text 2'])
})

test('a deleted message keeps its place and loses its content, and an earlier edit that comes late brings nothing back', () => {
  const history = [deleted(1, 6), edited(1, 5, 'late')].reduce(foldHistory, historyOf(1, 2))
  expect(texts(history)).toEqual([null, 'text 2'])
})

test('quotes of a deleted message are blank, and of an edited one say the new text', () => {
  const quote = { id: 'message 1', senderId: 'ben', content: { type: 'text' as const, text: 'text 1' } }
  const history: History = { messages: [messageOf(1), messageOf(2, { replyTo: quote })], olderCursor: null }
  expect(foldHistory(history, edited(1, 3, 'new')).messages[1]?.replyTo?.content?.text).toBe('new')
  expect(foldHistory(history, deleted(1, 3)).messages[1]?.replyTo?.content).toBeNull()
})

test('an edit of a message that is not on the page adds nothing', () => {
  expect(seqs(foldHistory(historyOf(7, 8), edited(1, 9, 'x')))).toEqual([7, 8])
})
