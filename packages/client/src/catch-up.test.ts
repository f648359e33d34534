import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CatchUp } from './catch-up.ts'
import { newChatState } from './chat-state.ts'
import type { OpenChat } from './chat-view.ts'

type Parts = ConstructorParameters<typeof CatchUp>[0]
type Answer = Awaited<ReturnType<Parts['sync']>>
type Entry = Answer['user']['entries'][number]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const since = '2025-01-01T00:00:00.000Z'
const draft = (seq: number): Entry => ({ kind: 'draft', seq, chatId: 'a chat', draft: null })
const answer = (user: Answer['user']): Answer => ({ chats: [], gone: ['a chat'], user, heads: [], since, more: false })

test('a number of my own stream that is missing while a chat catches up is asked for, and not passed over (C1, C2)', async () => {
  const questions: Parameters<Parts['sync']>[0][] = []
  const chatAnswer = Promise.withResolvers<Answer>()
  const applied: number[] = []
  const fromNothing: boolean[] = []
  let catchingUp = false
  const chat = {
    chatId: 'a chat',
    get state() {
      return { ...newChatState, phase: 'open', catchingUp }
    },
    put: () => {
      catchingUp = false
    },
  } as unknown as OpenChat
  const catchUp = new CatchUp({
    sync: (question) => {
      questions.push(question)
      if (questions.length === 1) return Promise.resolve(answer({ from: 5, to: 5, head: 5, entries: [] }))
      if (questions.length === 2) return chatAnswer.promise
      return Promise.resolve(answer({ from: 5, to: 7, head: 7, entries: [draft(6), draft(7)] }))
    },
    behind: () => (catchingUp ? [chat] : []),
    onEntry: ({ seq }) => applied.push(seq),
    onHead: () => {},
    onSetBack: () => {},
    onCaughtUp: (isNew) => fromNothing.push(isNew),
    onPlace: () => {},
  })
  catchUp.restore({ userSeq: 5, since })

  catchUp.connected()
  await catchUp.run()
  catchingUp = true
  const run = catchUp.run()
  // The answer about the chat is on its way when 7 comes, and 6 doesn't.
  catchUp.take([draft(7)])
  await vi.advanceTimersByTimeAsync(1_000)
  chatAnswer.resolve(answer({ from: 7, to: 7, head: 7, entries: [] }))
  await run
  expect(questions).toEqual([{ chats: {}, userSeq: 5, since }, { chats: { 'a chat': 0 } }, { chats: {}, userSeq: 5, since }])
  expect([applied, fromNothing]).toEqual([
    [7, 6, 7],
    [false, false],
  ])
  catchUp.lost()
})
