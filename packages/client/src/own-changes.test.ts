import { expect, test } from 'vitest'
import { foldChatInput } from './chat-fold.ts'
import { newChatState } from './chat-state.ts'
import type { Operations } from './operations.ts'
import { showingAtOnce } from './own-changes.ts'
import { ParleyError } from './parley-error.ts'
import { chatId, myId } from './testing/stream-log.ts'
import { StreamModel } from './testing/stream-model.ts'

type SettingsAnswer = Awaited<ReturnType<Operations['chats']['updateChatSettings']>>

const time = '2025-01-01T00:00:00.000Z'
const settings = { mutedUntil: null, pinnedAt: null, archivedAt: null }

/** A chat that is shown, and the answer to a change of its settings. */
function setUp() {
  const answer = Promise.withResolvers<SettingsAnswer>()
  let state = foldChatInput(newChatState, { kind: 'listed', chat: new StreamModel([], chatId).chat(0) })
  const tell: Parameters<typeof showingAtOnce>[0]['tell'] = (_, input) => {
    state = foldChatInput(state, input)
  }
  const requests = { chats: { updateChatSettings: () => answer.promise }, messages: {} } as unknown as Operations
  const { chats } = showingAtOnce({
    ...{
      requests,
      requestsAs: () => requests,
      tell,
      chat: () => state.chat ?? undefined,
      viewOf: () => undefined,
      userId: () => myId,
      onChat: () => {},
    },
  })
  const elsewhere = (mySettings: typeof settings | { pinnedAt: string }) =>
    tell(chatId, { kind: 'own', entry: { kind: 'chat_settings', seq: 9, chatId, mySettings: { ...settings, ...mySettings } } })
  return { answer, chats, elsewhere, pinnedAt: () => state.chat?.mySettings.pinnedAt }
}

test('an answer that comes after another device changed the same again changes nothing (C2)', async () => {
  const { answer, chats, elsewhere, pinnedAt } = setUp()
  const pinned = chats.updateChatSettings({ chatId, pinned: true })
  expect(pinnedAt()).not.toBeNull()
  elsewhere(settings)
  answer.resolve({ mySettings: { ...settings, pinnedAt: time } })
  await pinned
  expect(pinnedAt()).toBeNull()
})

test('a change whose answer was lost stays as my own stream tells it (C2)', async () => {
  const { answer, chats, elsewhere, pinnedAt } = setUp()
  const pinned = chats.updateChatSettings({ chatId, pinned: true })
  elsewhere({ pinnedAt: time })
  answer.reject(new ParleyError('TIMEOUT', 'no answer'))
  await expect(pinned).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(pinnedAt()).toBe(time)
})

test('a change that is refused is taken back', async () => {
  const { answer, chats, pinnedAt } = setUp()
  const pinned = chats.updateChatSettings({ chatId, pinned: true })
  answer.reject(new ParleyError('CHAT_NOT_FOUND', 'refused'))
  await expect(pinned).rejects.toMatchObject({ code: 'CHAT_NOT_FOUND' })
  expect(pinnedAt()).toBeNull()
})
