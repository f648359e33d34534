/** A chat's stream as a server would keep it, small and slow: every state it ever had, and what it would answer at any time. */
import type { Chat, Member } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { ChatDelta } from '@parley/protocol/streams'
import type { PublicUser } from '@parley/protocol/users'
import type { Frame } from '../chat-frame.ts'
import type { Page } from '../chat-messages.ts'

/** What happens next; `target` picks one of the messages or people that there are. */
export interface Happening {
  readonly what: 'send' | 'edit' | 'delete' | 'join' | 'leave' | 'role'
  readonly target: number
  /** How much later than the send its frame reads what it quotes. */
  readonly quoteDelay: number
}

/** The chat after a number of its stream. */
interface Moment {
  readonly messages: readonly Message[]
  readonly members: readonly Member[]
}

interface Entry {
  readonly frame: Frame
  /** The message that the entry is about. */
  readonly messageId: string | undefined
}

export const chatId = 'the chat'
export const myId = 'me'
/** As on the server, only less of it: who is further behind starts over with the newest. */
const span = 12
const newest = 6

const timeOf = (seq: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, seq)).toISOString()

const personOf = (id: string): PublicUser => ({
  ...{ id, username: id, name: id, avatar: '', bio: null, location: null, website: null, status: 'offline', customStatus: null },
  ...{ lastSeen: null, nativeLanguage: null, learningLanguages: [], createdAt: timeOf(0) },
})

const memberOf = (userId: string, seq: number): Member => ({
  userId,
  role: 'member',
  joinedAt: timeOf(seq),
  deliveredSeq: 0,
  readSeq: 0,
  user: personOf(userId),
})

export class StreamModel {
  readonly #moments: Moment[] = [{ messages: [], members: [memberOf(myId, 0)] }]
  readonly #entries: Entry[] = []

  constructor(happenings: readonly Happening[]) {
    for (const happening of happenings) this.#happen(happening)
    happenings.forEach(({ quoteDelay }, index) => {
      this.#readQuoteLater(index, quoteDelay)
    })
  }

  get length(): number {
    return this.#entries.length
  }

  frame(seq: number): Frame {
    return (this.#entries[seq - 1] as Entry).frame
  }

  at(seq: number): Moment {
    return this.#moments[seq] as Moment
  }

  /** Every state since one number of the stream up to another. */
  moments(from: number, to: number): readonly Moment[] {
    return this.#moments.slice(from, to + 1)
  }

  chat(seq: number): Chat {
    const { messages, members } = this.at(seq)
    return {
      ...{ id: chatId, type: 'group', name: 'Group', description: null, avatar: null, createdAt: timeOf(0), unreadCount: 0 },
      members: [...members],
      lastMessage: messages.at(-1) ?? null,
      lastSeq: seq,
    }
  }

  /** The page before a position, read at `readAt` after the position `asOf` was. */
  page(before: number, limit: number, asOf: number, readAt: number): Page {
    const older = this.at(readAt).messages.filter(({ seq }) => seq < before)
    return { messages: older.slice(-limit), hasOlder: older.length > limit, asOf }
  }

  /** The answer to `sync`, read at `readAt` after the stream's end was. */
  delta(from: number, head: number, readAt: number): ChatDelta {
    const common = { chatId, from, to: head, head, tempIds: {} }
    const { messages } = this.at(readAt)
    if (head - from > span) return { ...common, reset: true, messages: messages.slice(-newest), chat: this.chat(readAt) }
    const entries = this.#entries.slice(from, head)
    const touched = messages.filter(({ id }) => entries.some(({ messageId }) => messageId === id))
    const chatChanged = entries.some(({ messageId }) => messageId === undefined)
    return { ...common, reset: false, messages: touched, chat: chatChanged ? this.chat(readAt) : null }
  }

  #happen({ what, target }: Happening) {
    const seq = this.#entries.length + 1
    const before = this.at(seq - 1)
    const alive = before.messages.filter(({ content }) => content !== null)
    const message = alive[target % Math.max(1, alive.length)]
    const others = before.members.filter(({ userId }) => userId !== myId)
    const member = others[target % Math.max(1, others.length)]
    if (what === 'edit' && message !== undefined) return this.#edit(seq, message)
    if (what === 'delete' && message !== undefined) return this.#delete(seq, message)
    if (what === 'join') return this.#join(seq, `person ${target % 4}`)
    if (what === 'leave' && member !== undefined) return this.#leave(seq, member.userId)
    if (what === 'role' && member !== undefined) return this.#changeRole(seq, member)
    return this.#send(seq, target % 2 === 0 ? message : undefined)
  }

  #add(frame: Frame, messageId: string | undefined, moment: Partial<Moment>) {
    this.#moments.push({ ...this.at(this.#entries.length), ...moment })
    this.#entries.push({ frame, messageId })
  }

  #send(seq: number, quoted: Message | undefined) {
    const time = timeOf(seq)
    const message: Message = {
      ...{
        id: `message ${seq}`,
        chatId,
        seq,
        rev: seq,
        senderId: myId,
        content: { type: 'text', text: `sent ${seq}` },
        mentions: [],
        reactions: [],
      },
      replyTo: quoted ? { id: quoted.id, senderId: quoted.senderId, content: quoted.content } : null,
      ...{ editedAt: null, deletedAt: null, createdAt: time, updatedAt: time },
    }
    const messages = [...this.at(seq - 1).messages, message]
    this.#add({ name: 'new_message', payload: { message, tempId: `temporary ${seq}` } }, message.id, { messages })
  }

  #edit(seq: number, message: Message) {
    const edited: Message = {
      ...message,
      rev: seq,
      content: { type: 'text', text: `edited ${seq}` },
      editedAt: timeOf(seq),
      updatedAt: timeOf(seq),
    }
    const payload = { chatId, seq, message: edited }
    this.#add({ name: 'message_edited', payload }, message.id, { messages: this.#replaced(seq, edited) })
  }

  #delete(seq: number, message: Message) {
    const deletedAt = timeOf(seq)
    const bare = { content: null, replyTo: null, mentions: [], editedAt: null }
    const deleted: Message = { ...message, ...bare, rev: seq, deletedAt, updatedAt: deletedAt }
    const payload = { chatId, seq, messageId: message.id, deletedAt }
    this.#add({ name: 'message_deleted', payload }, message.id, { messages: this.#replaced(seq, deleted) })
  }

  /** The messages with one of them replaced, and quoted as it is now. */
  #replaced(seq: number, message: Message): Message[] {
    return this.at(seq - 1).messages.map((other) => {
      if (other.id === message.id) return message
      return other.replyTo?.id === message.id ? { ...other, replyTo: { ...other.replyTo, content: message.content } } : other
    })
  }

  /** Who is in it already leaves instead, and may come back later. */
  #join(seq: number, userId: string) {
    const { members } = this.at(seq - 1)
    if (members.some((member) => member.userId === userId)) return this.#leave(seq, userId)
    const member = memberOf(userId, seq)
    const payload = { chatId, seq, actorId: myId, members: [member] }
    this.#add({ name: 'member_added', payload }, undefined, { members: [...members, member] })
  }

  #leave(seq: number, userId: string) {
    const members = this.at(seq - 1).members.filter((member) => member.userId !== userId)
    this.#add({ name: 'member_removed', payload: { chatId, seq, actorId: myId, userId } }, undefined, { members })
  }

  #changeRole(seq: number, { userId, role: former }: Member) {
    const role = former === 'admin' ? 'member' : 'admin'
    const members = this.at(seq - 1).members.map((member) => (member.userId === userId ? { ...member, role } : member)) as Member[]
    const payload = { chatId, seq, actorId: myId, userId, role: role as Member['role'] }
    this.#add({ name: 'member_role_changed', payload }, undefined, { members })
  }

  /** A frame is written after the commit: what it quotes may say something newer by then. */
  #readQuoteLater(index: number, delay: number) {
    const { frame, messageId } = this.#entries[index] as Entry
    if (frame.name !== 'new_message' || frame.payload.message.replyTo === null) return
    const { replyTo } = frame.payload.message
    const quoted = this.at(Math.min(this.length, index + 1 + delay)).messages.find(({ id }) => id === replyTo.id)
    const message = { ...frame.payload.message, replyTo: { ...replyTo, content: quoted?.content ?? null } }
    this.#entries[index] = { messageId, frame: { ...frame, payload: { ...frame.payload, message } } }
  }
}
