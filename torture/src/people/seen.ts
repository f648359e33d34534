/** Reads live events into what a client writes down of them. */
import { memberAdded, memberRemoved, memberRoleChanged } from '@parley/protocol/chats'
import type { Event, PayloadOf } from '@parley/protocol/define'
import { type Message, messageDeleted, messageEdited, messageReaction, messageStatusUpdate, newMessage } from '@parley/protocol/messages'
import { serverClosing } from '@parley/protocol/operations'
import { userStatusChanged, userTyping } from '@parley/protocol/presence'
import { streamVoid, type UserEntry, userStream } from '@parley/protocol/streams'
import type { EntryOf, Fact, OwnEntry, ReadMessage } from '../history.ts'
import { labelOf } from './labels.ts'

type NameOf = (id: string) => string
type Seen = EntryOf<'seen'>

const nothing = { messageId: null, clientId: null, text: null, about: null }

const textOf = ({ content }: Pick<Message, 'content'>): string | null => (content === null ? null : labelOf(content.text))

export const readMessage = (message: Message, nameOf: NameOf): ReadMessage => ({
  id: message.id,
  seq: message.seq,
  rev: message.rev,
  sender: nameOf(message.senderId),
  text: textOf(message),
  reactions: message.reactions.map(({ userId, emoji }) => `${nameOf(userId)} ${emoji}`).sort(),
})

const targetOf = (entry: UserEntry, nameOf: NameOf): string => {
  if ('messageId' in entry) return `${entry.kind} ${entry.messageId}`
  if ('chatId' in entry) return `${entry.kind} ${nameOf(entry.chatId)}`
  return 'userId' in entry ? `block ${nameOf(entry.userId)}` : entry.kind
}

const stateOf = (entry: UserEntry): string => {
  if (entry.kind === 'star') return String(entry.starred)
  if (entry.kind === 'hidden') return 'true'
  if (entry.kind === 'draft') return entry.draft?.text ?? ''
  if (entry.kind === 'chat_settings') return entry.mySettings.mutedUntil ?? ''
  if (entry.kind === 'position') return `${entry.deliveredSeq} ${entry.readSeq}`
  if (entry.kind === 'block') return String(entry.blocked)
  return entry.kind === 'membership' ? String(entry.member) : JSON.stringify(entry.settings)
}

export const ownEntry = (entry: UserEntry, nameOf: NameOf): OwnEntry => ({
  target: targetOf(entry, nameOf),
  seq: entry.seq,
  value: stateOf(entry),
})

type Reader = (payload: unknown, client: string, nameOf: NameOf) => Fact

const reader = <E extends Event>(event: E, read: (payload: PayloadOf<E>, client: string, nameOf: NameOf) => Fact) =>
  [event.name, (payload: unknown, client: string, nameOf: NameOf) => read(payload as PayloadOf<E>, client, nameOf)] as const

/** An event that takes one number of its chat's stream. */
const numbered = <E extends Event>(
  event: E,
  read: (payload: PayloadOf<E>, nameOf: NameOf) => { chatId: string; seq: number } & Partial<Pick<Seen, 'from' | keyof typeof nothing>>,
) =>
  reader(event, (payload, client, nameOf) => {
    const { chatId, seq, ...more } = read(payload, nameOf)
    return { kind: 'seen', client, event: event.name, chat: nameOf(chatId), from: seq - 1, seq, ...nothing, ...more }
  })

const readers = new Map<string, Reader>([
  numbered(newMessage, ({ message, tempId }) => ({
    chatId: message.chatId,
    seq: message.seq,
    messageId: message.id,
    clientId: tempId,
    text: textOf(message),
  })),
  numbered(messageEdited, ({ chatId, seq, message }) => ({ chatId, seq, messageId: message.id, text: textOf(message) })),
  numbered(messageDeleted, ({ chatId, seq, messageId }) => ({ chatId, seq, messageId })),
  numbered(messageReaction, ({ chatId, seq, messageId, userId, emoji, action }, nameOf) => ({
    ...{ chatId, seq, messageId },
    about: `${nameOf(userId)} ${emoji} ${action}`,
  })),
  numbered(memberAdded, ({ chatId, seq, members }, nameOf) => ({
    chatId,
    seq,
    about: members.map(({ userId }) => nameOf(userId)).join(' '),
  })),
  numbered(memberRemoved, ({ chatId, seq, userId }, nameOf) => ({ chatId, seq, about: nameOf(userId) })),
  numbered(memberRoleChanged, ({ chatId, seq, userId }, nameOf) => ({ chatId, seq, about: nameOf(userId) })),
  numbered(streamVoid, ({ chatId, from, seq }) => ({ chatId, from, seq })),
  reader(messageStatusUpdate, ({ chatId, userId, status, seq }, client, nameOf) => ({
    ...{ kind: 'position', client, chat: nameOf(chatId), person: nameOf(userId), status, seq, source: 'frame' },
  })),
  reader(userStream, ({ entries }, client, nameOf) => ({ kind: 'own', client, entries: entries.map((entry) => ownEntry(entry, nameOf)) })),
  reader(userStatusChanged, ({ userId, status }, client, nameOf) => ({
    ...{ kind: 'presence', client, person: nameOf(userId), online: status !== 'offline' },
  })),
  reader(userTyping, ({ chatId, userId, isTyping }, client, nameOf) => ({
    ...{ kind: 'typing', client, chat: nameOf(chatId), person: nameOf(userId), isTyping },
  })),
  reader(serverClosing, ({ reconnectInMs }, client) => ({ kind: 'told', client, reconnectInMs })),
])

/** null for events that nobody needs to write down. */
export const factOf = (event: string, payload: unknown, client: string, nameOf: NameOf): Fact | null =>
  readers.get(event)?.(payload, client, nameOf) ?? null
