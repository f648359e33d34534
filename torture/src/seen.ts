/** Reads live events into what a client writes down of them. */
import { memberAdded, memberRemoved, memberRoleChanged } from '@parley/protocol/chats'
import type { Event, PayloadOf } from '@parley/protocol/define'
import { type Message, messageDeleted, messageEdited, newMessage } from '@parley/protocol/messages'
import type { EntryOf } from './history.ts'

type Seen = Omit<EntryOf<'seen'>, 'order' | 'at' | 'client' | 'userId' | 'connection'>

const nothing = { messageId: null, senderId: null, clientId: null, text: null }

const ofMessage = ({ id, chatId, senderId, content }: Message) => ({ chatId, messageId: id, senderId, text: content?.text ?? null })

const reader = <E extends Event>(event: E, read: (payload: PayloadOf<E>) => Omit<Seen, 'kind' | 'event'>) =>
  [event.name, (payload: unknown): Seen => ({ kind: 'seen', event: event.name, ...read(payload as PayloadOf<E>) })] as const

const readers = new Map([
  reader(newMessage, ({ message, tempId }) => ({ ...ofMessage(message), seq: message.seq, clientId: tempId })),
  reader(messageEdited, ({ seq, message }) => ({ ...ofMessage(message), seq, clientId: null })),
  reader(messageDeleted, ({ chatId, seq, messageId }) => ({ ...nothing, chatId, seq, messageId })),
  reader(memberAdded, ({ chatId, seq }) => ({ ...nothing, chatId, seq })),
  reader(memberRemoved, ({ chatId, seq }) => ({ ...nothing, chatId, seq })),
  reader(memberRoleChanged, ({ chatId, seq }) => ({ ...nothing, chatId, seq })),
])

/** null for events that have no place in a chat's stream. */
export const seenFact = (event: string, payload: unknown): Seen | null => readers.get(event)?.(payload) ?? null
