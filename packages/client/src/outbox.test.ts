import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Keeper } from './keeper.ts'
import { Outbox } from './outbox.ts'
import { ParleyError } from './parley-error.ts'
import { memoryStore } from './store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const draft = {
  ...{ tempId: 'the one', chatId: 'a chat', content: { type: 'text' as const, text: 'hello' } },
  ...{ replyTo: null, mentions: [], createdAt: '2025-01-01T00:00:00.000Z' },
}

function setUp(failures: ParleyError[]) {
  const store = memoryStore()
  const keeper = new Keeper({ store, url: 'http://localhost', onFailure: () => {} })
  keeper.belongTo('me')
  const outbox = new Outbox({
    requestsAs: () => ({
      messages: { sendMessage: () => Promise.reject(failures.shift() ?? new ParleyError('REPLY_NOT_FOUND', 'refused')) },
    }),
    ...{ keeper, userId: () => 'me', connectionState: () => 'online', tell: () => {}, onDiscarded: () => {} },
  })
  return { outbox, store, failures }
}

test('what is discarded is off the disk before any time passes', async () => {
  const { outbox, store } = setUp([new ParleyError('NETWORK', 'away')])
  outbox.add(draft)
  await vi.advanceTimersByTimeAsync(0)
  expect(JSON.stringify([...(await store.read(''))])).toContain('hello')
  outbox.view.current[0]?.discard()
  await vi.advanceTimersByTimeAsync(0)
  expect(JSON.stringify([...(await store.read(''))])).not.toContain('hello')
})

test('a mistake of the server after a long absence is tried again like any first one (E1)', async () => {
  const away = Array.from({ length: 8 }, () => new ParleyError('NETWORK', 'away'))
  const { outbox, failures } = setUp([...away, new ParleyError('INTERNAL', 'a mistake', { status: 500 })])
  outbox.add(draft)
  while (failures.length > 0) await vi.advanceTimersByTimeAsync(100)
  expect(outbox.view.current).toMatchObject([{ status: 'sending' }])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(outbox.view.current).toMatchObject([{ status: 'failed', error: { code: 'REPLY_NOT_FOUND' } }])
})
