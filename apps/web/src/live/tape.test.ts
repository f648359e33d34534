import { expect, test } from 'vitest'
import { messageOf } from '../testing/factories.ts'
import type { LiveEvent } from './live-event.ts'
import { Tape } from './tape.ts'

const sent = (seq: number): LiveEvent => ({ name: 'new_message', payload: { message: messageOf(seq), tempId: 'temporary' } })
const collect = (names: string[], event: LiveEvent) => [...names, event.name === 'new_message' ? event.payload.message.id : '']

test('events that arrive while an answer is on its way are folded into it, and no others', async () => {
  const tape = new Tape()
  const answer = Promise.withResolvers<string[]>()
  tape.record(sent(1))
  const read = tape.readWhileLive(() => answer.promise, collect)
  tape.record(sent(2))
  answer.resolve(['read'])
  expect(await read).toEqual(['read', 'message 2'])
  tape.record(sent(3))
  expect(await read).toEqual(['read', 'message 2'])
})

test('a read that fails leaves nothing behind and fails', async () => {
  const tape = new Tape()
  await expect(tape.readWhileLive(() => Promise.reject(new Error('away')), collect)).rejects.toThrow('away')
})
