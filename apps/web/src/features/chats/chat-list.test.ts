import { expect, test } from 'vitest'
import type { LiveEvent } from '../../live/live-event.ts'
import { chatOf, memberOf, messageOf } from '../../testing/factories.ts'
import { appendChats, type ChatList, foldChatList, putLastMessage } from './chat-list.ts'

const listOf = (...ids: string[]): ChatList => ({ chats: ids.map((id) => chatOf(id)), nextCursor: null })
const fold = (list: ChatList, ...events: LiveEvent[]) => events.reduce((state, event) => foldChatList(state, event, 'me'), list)
const sent = (chatId: string, seq: number): LiveEvent => ({
  name: 'new_message',
  payload: { message: messageOf(seq, { chatId }), tempId: 'temporary' },
})
const added = (chatId: string, seq: number, userId: string): LiveEvent => ({
  name: 'member_added',
  payload: { chatId, seq, actorId: 'me', members: [memberOf(userId)] },
})
const removed = (chatId: string, seq: number, userId: string): LiveEvent => ({
  name: 'member_removed',
  payload: { chatId, seq, actorId: 'ben', userId },
})
const ids = (list: ChatList) => list.chats.map(({ id }) => id)
const members = (list: ChatList, chatId: string) => list.chats.find(({ id }) => id === chatId)?.members.map(({ userId }) => userId)

test('a chat with a new message moves to the top', () => {
  expect(ids(fold(listOf('a', 'b', 'c'), sent('c', 1)))).toEqual(['c', 'a', 'b'])
})

test('an older message that comes late is not the last one', () => {
  const list = putLastMessage(fold(listOf('a'), sent('a', 5)), messageOf(3, { chatId: 'a' }))
  expect(list.chats[0]?.lastMessage?.seq).toBe(5)
})

test('the preview follows an edit and a deletion of the last message only', () => {
  const list = fold(listOf('a'), sent('a', 1), sent('a', 2))
  const edit = (seq: number): LiveEvent => ({
    name: 'message_edited',
    payload: { chatId: 'a', seq: 3, message: messageOf(seq, { chatId: 'a', rev: 3, content: { type: 'text', text: 'new' } }) },
  })
  expect(fold(list, edit(1)).chats[0]?.lastMessage?.content?.text).toBe('text 2')
  expect(fold(list, edit(2)).chats[0]?.lastMessage?.content?.text).toBe('new')
  const gone: LiveEvent = {
    name: 'message_deleted',
    payload: { chatId: 'a', seq: 3, messageId: 'message 2', deletedAt: '2025-05-03T11:00:00.000Z' },
  }
  expect(fold(list, gone).chats[0]?.lastMessage?.content).toBeNull()
})

test('members come and go once, however often the event comes (E2)', () => {
  const list = fold(listOf('a'), added('a', 1, 'cy'), added('a', 1, 'cy'), removed('a', 2, 'ben'), added('a', 1, 'ben'))
  expect(members(list, 'a')).toEqual(['me', 'cy'])
})

test('the chat that I am removed from goes; an earlier removal does not take one that I was added to again', () => {
  expect(ids(fold(listOf('a', 'b'), removed('a', 4, 'me')))).toEqual(['b'])
  const again: ChatList = { chats: [chatOf('a', { lastSeq: 6 })], nextCursor: null }
  expect(ids(fold(again, removed('a', 4, 'me')))).toEqual(['a'])
})

test('a page of older chats brings no chat twice', () => {
  const list = appendChats(listOf('a', 'b'), { chats: [chatOf('b'), chatOf('c')], nextCursor: 'next' })
  expect(ids(list).toSorted()).toEqual(['a', 'b', 'c'])
  expect(list.nextCursor).toBe('next')
})
