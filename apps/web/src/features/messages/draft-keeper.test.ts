import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Draft, DraftKeeper } from './draft-keeper.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const empty: Draft = { text: '', replyTo: null }
const draft = (text: string): Draft => ({ text, replyTo: null })

function setUp(stored = new Map<string, string>(), writer = () => 'meera') {
  const saves: string[] = []
  let answer = (): Promise<unknown> => Promise.resolve()
  const keeper = new DraftKeeper({
    writer,
    save: (chatId, { text }) => {
      saves.push(`${chatId}: ${text}`)
      return answer()
    },
    mayPass: (error) => error === 'away',
    storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
  })
  return { keeper, saves, stored, answerWith: (next: () => Promise<unknown>) => (answer = next) }
}

test('a draft is saved once, a second after the last key', async () => {
  const { keeper, saves } = setUp()
  for (const text of ['H', 'He', 'Hel']) {
    keeper.write('a', draft(text), empty)
    await vi.advanceTimersByTimeAsync(900)
  }
  expect(saves).toEqual([])
  await vi.advanceTimersByTimeAsync(100)
  expect(saves).toEqual(['a: Hel'])
  expect(keeper.unsaved('a')).toBeUndefined()
})

test('what was typed and sent within the second is never saved', async () => {
  const { keeper, saves } = setUp()
  keeper.write('a', draft('Hello'), empty)
  keeper.write('a', empty, empty)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(saves).toEqual([])
})

test('what is written while a save is on its way is saved after it', async () => {
  const { keeper, saves, answerWith } = setUp()
  const first = Promise.withResolvers<void>()
  answerWith(() => first.promise)
  keeper.write('a', draft('Hello'), empty)
  keeper.flush()
  keeper.write('a', empty, empty)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(saves).toEqual(['a: Hello'])
  answerWith(() => Promise.resolve())
  first.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(saves).toEqual(['a: Hello', 'a: '])
  expect(keeper.unsaved('a')).toBeUndefined()
})

test('what cannot be saved now waits, over a reload too, and what is refused is given up', async () => {
  const { keeper, saves, stored, answerWith } = setUp()
  answerWith(() => Promise.reject('away'))
  keeper.write('a', draft('Hello'), empty)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(keeper.unsaved('a')).toEqual(draft('Hello'))
  const reloaded = setUp(stored)
  expect(reloaded.keeper.unsaved('a')).toEqual(draft('Hello'))
  reloaded.keeper.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(reloaded.saves).toEqual(['a: Hello'])
  expect(setUp(stored).keeper.unsaved('a')).toBeUndefined()
  answerWith(() => Promise.reject('refused'))
  keeper.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect([saves.length, keeper.unsaved('a')]).toEqual([2, undefined])
})

test('after a logout nothing of what was written is saved or kept for the next person', async () => {
  const { keeper, saves, stored, answerWith } = setUp()
  const underWay = Promise.withResolvers<void>()
  answerWith(() => underWay.promise)
  keeper.write('a', draft('Hello'), empty)
  keeper.flush()
  keeper.write('a', draft('Hello, it is a secret'), empty)
  keeper.write('b', draft('another secret'), empty)
  keeper.forget()
  underWay.resolve()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(saves).toEqual(['a: Hello'])
  expect([...stored.values()].join()).not.toContain('secret')
  expect(setUp(stored).keeper.unsaved('b')).toBeUndefined()
})

test('what one person left unsaved in a tab is neither shown to nor saved as the next, however they came', async () => {
  const { keeper, saves, stored, answerWith } = setUp()
  answerWith(() => Promise.reject('away'))
  keeper.write('a', draft('a secret'), empty)
  await vi.advanceTimersByTimeAsync(1_000)
  const next = setUp(stored, () => 'tomas')
  expect(next.keeper.unsaved('a')).toBeUndefined()
  next.keeper.write('b', draft('Hello'), empty)
  next.keeper.flush()
  await vi.advanceTimersByTimeAsync(5_000)
  expect([saves, next.saves]).toEqual([['a: a secret'], ['b: Hello']])
  expect([...stored.values()].join()).not.toContain('secret')
})

test('what one person is writing while another logs in elsewhere is not saved as the other', async () => {
  let writer = 'meera'
  const { keeper, saves } = setUp(new Map(), () => writer)
  keeper.write('a', draft('a secret'), empty)
  writer = 'tomas'
  await vi.advanceTimersByTimeAsync(5_000)
  expect([saves, keeper.unsaved('a')]).toEqual([[], undefined])
})
