import { expect, test } from 'vitest'
import { messageOf } from '../../testing/factories.ts'
import { chipsOf, reactedWith } from './reactions.ts'

const reactions = (['ben 👍', 'me 🎉', 'cy 👍', 'me 👍'] as const).map((text) => {
  const [userId = '', emoji = ''] = text.split(' ')
  return { userId, emoji, createdAt: '2025-05-03T10:00:00.000Z' }
})

test('each emoji stands under a message once, in the order of first use, with those who used it and whether I did', () => {
  expect(chipsOf(messageOf(1, { reactions }), 'me')).toEqual([
    { emoji: '👍', userIds: ['ben', 'cy', 'me'], mine: true },
    { emoji: '🎉', userIds: ['me'], mine: true },
  ])
  expect(chipsOf(messageOf(1, { reactions }), 'cy').map(({ mine }) => mine)).toEqual([true, false])
})

test('who reacted with what is told apart by both', () => {
  const message = messageOf(1, { reactions })
  expect([reactedWith(message, '🎉', 'me'), reactedWith(message, '🎉', 'ben'), reactedWith(message, '❤️', 'me')]).toEqual([
    true,
    false,
    false,
  ])
})
