/** What is true for a moment: who is there, and who is writing. It may get lost; nothing is stored but when somebody was last seen. */
import { z } from 'zod'
import { command, event } from './define.ts'
import { Id, Timestamp } from './fields.ts'
import { Presence } from './users.contract.ts'

const PresenceOf = z.strictObject({ userId: Id, status: Presence, customStatus: z.string().nullable(), lastSeen: Timestamp.nullable() })

export const typingStart = command('typing_start', {
  summary: 'I am writing; repeat it every few seconds while that is so, since it ends by itself',
  access: 'user',
  rate: { points: 60, seconds: 10 },
  input: z.strictObject({ chatId: Id }),
  output: z.strictObject({}),
  errors: ['CHAT_NOT_FOUND'],
})

export const typingStop = command('typing_stop', {
  summary: 'I am not writing any more',
  access: 'user',
  rate: { points: 60, seconds: 10 },
  input: z.strictObject({ chatId: Id }),
  output: z.strictObject({}),
  errors: ['CHAT_NOT_FOUND'],
})

export const userTyping = event('user_typing', {
  summary: 'A member began or ended writing; to the others. Silent in chats above 100 members',
  payload: z.strictObject({ chatId: Id, userId: Id, username: z.string(), isTyping: z.boolean() }),
})

export const watchPresence = command('watch_presence', {
  summary: 'Who of these people is there, and their changes from now on; replaces whom this session watched before',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({
    userIds: z.array(Id).max(200).default([]),
    partners: z.boolean().default(false).describe('And the people of my private chats, the latest active first, up to 200 people in all'),
  }),
  output: z.strictObject({ presences: z.array(PresenceOf) }),
  errors: [],
})

export const userStatusChanged = event('user_status_changed', {
  summary: 'Somebody whom I watch came or went',
  payload: PresenceOf,
})
