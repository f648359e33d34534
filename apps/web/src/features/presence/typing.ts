import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import { parley } from '../../app/parley.ts'
import { OwnTyping } from './own-typing.ts'
import { Typists } from './typists.ts'

const typists = new Typists()

// A sign that gets lost is followed by another, or by the end that the server sees by itself.
const ignore = () => {}
const whenOnline = (sign: () => Promise<unknown>) => parley.connection === 'online' && void sign().catch(ignore)

export const ownTyping = new OwnTyping({
  start: (chatId) => whenOnline(() => parley.presence.typingStart({ chatId })),
  stop: (chatId) => whenOnline(() => parley.presence.typingStop({ chatId })),
})

/** The ids of the others who are writing in a chat. */
export const useTypists = (chatId: string): readonly string[] => useSyncExternalStore(typists.subscribe, () => typists.in(chatId))

/** “Asha and Ben are writing…” */
export function typingSentence(names: readonly string[]): string {
  const [first = '', second = ''] = names.map((name) => name.split(/\s+/u)[0] ?? name)
  if (names.length === 1) return i18next.t('presence.oneWriting', { name: first })
  if (names.length === 2) return i18next.t('presence.twoWriting', { first, second })
  return i18next.t('presence.moreWriting', { first, second, count: names.length - 2 })
}

/** Listens to who is writing, until the returned function is called. */
export function startTyping(): () => void {
  const stops = [
    parley.on('user_typing', ({ chatId, userId, isTyping }) => (isTyping ? typists.began(chatId, userId) : typists.ended(chatId, userId))),
    parley.on('new_message', ({ message }) => typists.ended(message.chatId, message.senderId)),
    parley.on('member_removed', ({ chatId, userId }) => typists.ended(chatId, userId)),
    parley.on('connection', (state) => state !== 'online' && typists.forgetAll()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
