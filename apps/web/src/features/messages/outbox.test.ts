import { expect, test } from 'vitest'
import { Outbox, type OutgoingMessage } from './outbox.ts'

const outgoing = (tempId: string): OutgoingMessage => ({
  tempId,
  chatId: 'chat',
  text: tempId,
  replyTo: null,
  createdAt: '2025-05-03T10:00:00.000Z',
  failure: null,
})
const tempIds = (outbox: Outbox) => outbox.snapshot().map(({ tempId }) => tempId)

test('a stored message leaves the outbox and keeps the key of its element', () => {
  const outbox = new Outbox()
  outbox.put(outgoing('one'))
  outbox.put(outgoing('two'))
  outbox.settle('one', 'message 1')
  expect(tempIds(outbox)).toEqual(['two'])
  expect(outbox.keyOf('message 1')).toBe('one')
  expect(outbox.keyOf('message 2')).toBe('message 2')
})

test('a failure that comes after the message was stored changes nothing', () => {
  const outbox = new Outbox()
  outbox.put(outgoing('one'))
  outbox.settle('one', 'message 1')
  outbox.fail('one', 'too late')
  expect(tempIds(outbox)).toEqual([])
})

test('what is sent again stands in the outbox once, without its failure', () => {
  const outbox = new Outbox()
  outbox.put(outgoing('one'))
  outbox.fail('one', 'no connection')
  expect(outbox.snapshot()[0]?.failure).toBe('no connection')
  outbox.put(outgoing('one'))
  expect(outbox.snapshot().map(({ failure }) => failure)).toEqual([null])
})
