import { expect, test } from 'vitest'
import { foldChatInput } from './chat-fold.ts'
import type { Sending } from './chat-outgoing.ts'
import { type ChatInput, type ChatState, hasHole, newChatState } from './chat-state.ts'
import { ParleyError } from './parley-error.ts'
import { chatId, type Happening, myId } from './testing/stream-log.ts'
import { StreamModel } from './testing/stream-model.ts'

const happening = (what: Happening['what'], target = 1): Happening => ({ what, target, quoteDelay: 0 })
const sends = (count: number) => Array.from({ length: count }, () => happening('send'))

const fold = (state: ChatState, ...inputs: ChatInput[]) => inputs.reduce(foldChatInput, state)
const frames = (stream: StreamModel, ...seqs: number[]): ChatInput[] => seqs.map((seq) => ({ kind: 'frame', frame: stream.frame(seq) }))
const catchingUp: ChatInput = { kind: 'catching_up', userId: myId }

/** A device that has read the chat at `asOf` and is online. */
const openedAt = (stream: StreamModel, asOf: number): ChatState => {
  const page = stream.page(Number.POSITIVE_INFINITY, 50, asOf, asOf)
  return fold(newChatState, catchingUp, { kind: 'opened', chat: stream.chat(asOf), page, tempIds: {} })
}
const seqs = ({ loaded }: ChatState) => loaded.messages.map(({ seq }) => seq)

const draft: Sending = {
  ...{ tempId: `${chatId} temporary 3`, chatId, content: { type: 'text', text: 'hello' }, replyTo: null, mentions: [] },
  ...{ createdAt: '2025-01-01T00:00:00.000Z', retry: () => {}, discard: () => {} },
}
const sending: ChatInput = { kind: 'sending', sending: draft }
const failed: ChatInput = { kind: 'failed', tempId: draft.tempId, error: new ParleyError('TIMEOUT', 'no answer') }

test('a frame that comes again, or from before, changes nothing (E2)', () => {
  const stream = new StreamModel(sends(3))
  const state = fold(openedAt(stream, 2), ...frames(stream, 3))
  expect(fold(state, ...frames(stream, 3, 1, 2))).toEqual(state)
})

test('behind a hole nothing is shown until the hole is filled, by a late frame or by sync (O1)', () => {
  const stream = new StreamModel(sends(5))
  const waiting = fold(openedAt(stream, 2), ...frames(stream, 5, 4))
  expect(seqs(waiting)).toEqual([1, 2])
  expect(hasHole(waiting)).toBe(true)
  expect(seqs(fold(waiting, ...frames(stream, 3)))).toEqual([1, 2, 3, 4, 5])
  const synced = fold(waiting, catchingUp, { kind: 'synced', delta: stream.delta(2, 3, 3) })
  expect(seqs(synced)).toEqual([1, 2, 3, 4, 5])
  expect(synced).toMatchObject({ appliedSeq: 5, catchingUp: false })
})

test('while an answer is awaited live frames wait for it, also the first of all (C1)', () => {
  const stream = new StreamModel(sends(4))
  const loading = fold(newChatState, catchingUp, ...frames(stream, 3, 4))
  expect(seqs(loading)).toEqual([])
  const page = stream.page(Number.POSITIVE_INFINITY, 50, 2, 3)
  const open = fold(loading, { kind: 'opened', chat: stream.chat(2), page, tempIds: {} })
  expect(seqs(open)).toEqual([1, 2, 3, 4])
})

test('a page that was read before the chat was started over brings back nothing of then (O3)', () => {
  const stream = new StreamModel([...sends(4), happening('delete', 0), ...sends(14)])
  const page = stream.page(4, 3, 4, 4)
  const newest = stream.delta(4, 19, 19)
  const overlapping = { ...newest, messages: stream.at(19).messages.slice(3) }
  const state = fold(openedAt(stream, 4), catchingUp, { kind: 'synced', delta: overlapping })
  expect(state.loaded.oldestSeq).toBe(4)
  expect(fold(state, { kind: 'older', before: 4, page })).toEqual(state)
  const fresh = stream.page(4, 3, 19, 19)
  expect(fold(state, { kind: 'older', before: 4, page: fresh }).loaded.messages).toEqual(stream.at(19).messages)
})

test('a server that was set back to an older copy is believed, and what it numbers anew is shown', () => {
  const [before, after] = [new StreamModel(sends(9)), new StreamModel([...sends(4), happening('join')])]
  const state = fold(openedAt(before, 9), catchingUp, ...frames(after, 4, 5))
  const delta = { ...after.delta(3, 3, 3), from: 9, reset: true }
  const back = fold(state, { kind: 'synced', delta: { ...delta, messages: [...after.at(3).messages], chat: after.chat(3) } })
  expect(seqs(back)).toEqual([1, 2, 3, 4])
  expect(back.chat).toEqual(after.chat(5))
})

test('an edit of a message that the reader cannot see shows nothing of it (P1)', () => {
  const stream = new StreamModel([...sends(3), happening('edit', 0)])
  const page = { messages: stream.at(3).messages.slice(1), hasOlder: false, asOf: 3, starredIds: [] }
  const state = fold(newChatState, catchingUp, { kind: 'opened', chat: stream.chat(3), page, tempIds: {} }, ...frames(stream, 4))
  expect(seqs(state)).toEqual([2, 3])
  expect(state.appliedSeq).toBe(4)
})

test('of two versions of a message the one with the higher rev stays, also where the older one is applied later (O3)', () => {
  const stream = new StreamModel([...sends(2), happening('edit', 1), happening('edit', 1)])
  const page = stream.page(Number.POSITIVE_INFINITY, 50, 2, 4)
  const ahead = fold(newChatState, catchingUp, { kind: 'opened', chat: stream.chat(2), page, tempIds: {} })
  const state = fold(ahead, ...frames(stream, 3))
  expect(state.appliedSeq).toBe(3)
  expect(state.loaded.messages).toEqual(stream.at(4).messages)
})

test('what was read as deleted already is no longer counted when its deletion comes (S2)', () => {
  const stream = new StreamModel([...sends(3), happening('delete', 1)])
  const page = stream.page(Number.POSITIVE_INFINITY, 50, 4, 4)
  const chat = { ...stream.chat(3), unreadCount: 3 }
  const state = fold(newChatState, catchingUp, { kind: 'opened', chat, page, tempIds: {} }, ...frames(stream, 4))
  expect(state.unread).toMatchObject({ earlier: 3, uncertain: true, doubtedAt: 4 })
})

test('after one’s own removal nothing that comes is shown (P2)', () => {
  const stream = new StreamModel(sends(4))
  const removal: ChatInput = {
    kind: 'frame',
    frame: { name: 'member_removed', payload: { chatId, seq: 3, actorId: 'somebody', userId: myId } },
  }
  const gone = fold(openedAt(stream, 2), ...frames(stream, 4), removal)
  expect(gone).toMatchObject({ phase: 'gone', loaded: { messages: [] }, chat: { lastMessage: null } })
  expect(fold(gone, ...frames(stream, 4), sending)).toBe(gone)
})

test('who is let in again stands where they were known to be, though they come as they were before (S1)', () => {
  const stream = new StreamModel([...sends(3), happening('join'), ...sends(2), happening('leave'), happening('join')])
  const back = stream.frame(8)
  if (back.name !== 'member_added') throw new Error('nobody came back')
  const [member] = back.payload.members
  const userId = member?.userId ?? ''
  const asBefore = {
    ...back,
    payload: { ...back.payload, members: back.payload.members.map((each) => ({ ...each, deliveredSeq: 2, readSeq: 1 })) },
  }
  const state = fold(openedAt(stream, 6), { kind: 'position', position: { userId, deliveredSeq: 6, readSeq: 5 } }, ...frames(stream, 7), {
    kind: 'frame',
    frame: asBefore,
  })
  expect(state.chat?.members.find((each) => each.userId === userId)).toMatchObject({ deliveredSeq: 6, readSeq: 5 })
})

test('a message of one’s own is settled by whatever brings it first, and by the rest nothing changes (E1, E2)', () => {
  const stream = new StreamModel(sends(3))
  const state = fold(openedAt(stream, 2), sending)
  const byFrame = fold(state, ...frames(stream, 3))
  const delta = { ...stream.delta(2, 3, 3), tempIds: { [`${chatId} message 3`]: draft.tempId } }
  const bySync = fold(state, catchingUp, { kind: 'synced', delta })
  for (const settled of [byFrame, bySync]) {
    expect(settled.outbox.outgoing).toEqual([])
    expect(settled.outbox.tempIds.get(`${chatId} message 3`)).toBe(draft.tempId)
    expect(fold(settled, failed, ...frames(stream, 3))).toEqual(settled)
  }
})

test('what is stored but waits behind a hole does not fail', () => {
  const stream = new StreamModel(sends(3))
  const state = fold(openedAt(stream, 1), sending, ...frames(stream, 3), failed)
  expect(state.outbox.outgoing).toMatchObject([{ status: 'sending' }])
  expect(fold(openedAt(stream, 1), sending, failed).outbox.outgoing).toMatchObject([{ status: 'failed', error: { code: 'TIMEOUT' } }])
})

test('what is being sent quotes nothing that is deleted meanwhile', () => {
  const stream = new StreamModel([...sends(1), happening('delete')])
  const [quoted] = stream.at(1).messages
  const replyTo = quoted && { id: quoted.id, senderId: quoted.senderId, content: quoted.content }
  const state = fold(openedAt(stream, 1), { kind: 'sending', sending: { ...draft, replyTo: replyTo ?? null } }, ...frames(stream, 2))
  expect(state.outbox.outgoing[0]?.replyTo).toMatchObject({ content: null })
})
