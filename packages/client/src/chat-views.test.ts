import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChatViews } from './chat-views.ts'
import { Keeper } from './keeper.ts'
import type { Operations } from './operations.ts'
import { Outbox } from './outbox.ts'
import { ParleyError } from './parley-error.ts'
import { memoryStore } from './store.ts'
import { chatId, myId } from './testing/stream-log.ts'
import { StreamModel } from './testing/stream-model.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a server that can’t count is asked again further and further apart, and at once when it is back (S2)', async () => {
  const stream = new StreamModel([1, 2, 4].map((target) => ({ what: 'send', target, quoteDelay: 0 })))
  const asked: number[] = []
  const answers = [async () => ({ chat: stream.chat(3) })]
  const requests = {
    chats: {
      async getChat() {
        asked.push(Date.now())
        const answer = answers.shift()
        if (answer === undefined) throw new ParleyError('UNAVAILABLE', 'too busy to count')
        return answer()
      },
    },
    messages: { listMessages: async () => ({ messages: stream.visible(3).slice(-1), nextCursor: 'older', asOf: 3 }) },
    streams: { sync: async () => ({ chats: [] }) },
  } as unknown as Operations
  const keeper = new Keeper({ store: memoryStore(), url: 'http://localhost', onFailure: () => {} })
  const outbox = new Outbox({
    ...{ keeper, requestsAs: () => requests, userId: () => myId },
    connectionState: () => 'online',
    tell: () => {},
    onDiscarded: () => {},
  })
  const views = new ChatViews({
    ...{ requests, keeper, outbox, onlineAs: () => myId, userId: () => myId },
    ...{ started: async () => {}, catchUp: () => {}, onRead: () => {} },
  })
  const view = views.subscribe(chatId)
  await vi.advanceTimersByTimeAsync(0)
  expect(view.current).toMatchObject({ state: 'live', chat: { unreadCount: 3 } })

  views.put(chatId, { kind: 'own', entry: { kind: 'hidden', seq: 1, chatId, messageId: 'one of the earlier' } })
  await vi.advanceTimersByTimeAsync(60_000)
  const waits = asked.slice(2).map((time, index) => time - (asked[index + 1] ?? 0))
  expect(waits.length).toBeLessThan(15)
  expect(Math.max(...waits)).toBeGreaterThan(5_000)
  expect(waits.every((wait) => Number(wait) >= 500 && Number(wait) <= 10_000)).toBe(true)

  const before = asked.length
  views.lost()
  views.connected()
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.length).toBe(before + 1)
})
