/** What happens in a chat, one thing after the other: every state that it ever had, and what is told of each change. */
import type { Member } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { PublicUser } from '@parley/protocol/users'
import type { Frame } from '../chat-frame.ts'
import { reactTo } from '../chat-messages.ts'
import type { ChatInput, OwnEntry } from '../chat-state.ts'

/** What happens next; `target` picks one of the messages or people that there are. */
export interface Happening {
  readonly what: 'send' | 'edit' | 'delete' | 'react' | 'void' | 'join' | 'leave' | 'role' | 'read' | 'star' | 'hide' | 'pin' | 'draft'
  readonly target: number
  /** How much later than the send its frame reads what it quotes. */
  readonly quoteDelay: number
}

/** The chat after a number of its stream. */
interface Moment {
  readonly messages: readonly Message[]
  readonly members: readonly Member[]
}

/** What takes no number of the chat's stream, and was after which of them. */
interface Aside {
  readonly after: number
  readonly input: Extract<ChatInput, { kind: 'own' | 'position' }>
}

export interface Entry {
  readonly frame: Frame
  /** The message that the entry is about. */
  readonly messageId: string | undefined
}

export const chatId = 'the chat'
export const myId = 'me'

export const timeOf = (seq: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, seq)).toISOString()

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

export class StreamLog {
  readonly #moments: Moment[] = [{ messages: [], members: [memberOf(myId, 0)] }]
  protected readonly entries: Entry[] = []
  readonly #asides: Aside[] = []

  protected readonly id: string

  constructor(happenings: readonly Happening[], id = chatId) {
    this.id = id

    for (const happening of happenings) this.#happen(happening)
    this.entries.forEach((_, index) => {
      this.#readQuoteLater(index, happenings[index]?.quoteDelay ?? 0)
    })
  }

  get length(): number {
    return this.entries.length
  }

  frame(seq: number): Frame {
    return (this.entries[seq - 1] as Entry).frame
  }

  at(seq: number): Moment {
    return this.#moments[seq] as Moment
  }

  /** Every state since one number of the stream up to another. */
  moments(from: number, to: number): readonly Moment[] {
    return this.#moments.slice(from, to + 1)
  }

  /** What happened aside of the stream until a number of it, in its order. */
  asides(until: number): Aside['input'][] {
    return this.#asides.filter(({ after }) => after <= until).map(({ input }) => input)
  }

  hiddenIds(until: number): ReadonlySet<string> {
    return new Set(this.own(until).flatMap((entry) => (entry.kind === 'hidden' ? entry.messageId : [])))
  }

  protected own(until: number): OwnEntry[] {
    return this.asides(until).flatMap((input) => (input.kind === 'own' ? input.entry : []))
  }

  protected position(userId: string, until: number) {
    const reports = this.asides(until).flatMap((input) =>
      input.kind === 'position' && input.position.userId === userId ? input.position : [],
    )
    const furthest = (key: 'deliveredSeq' | 'readSeq') => Math.max(0, ...reports.map((report) => report[key]))
    return { deliveredSeq: furthest('deliveredSeq'), readSeq: furthest('readSeq') }
  }

  #happen({ what, target }: Happening) {
    const seq = this.entries.length + 1
    const before = this.at(seq - 1)
    // `sync` says no more of what I hid, so that a quote of it keeps what it said.
    const hidden = this.hiddenIds(seq - 1)
    const alive = before.messages.filter(({ id, content }) => content !== null && !hidden.has(id))
    const message = alive[target % Math.max(1, alive.length)]
    const others = before.members.filter(({ userId }) => userId !== myId)
    const member = others[target % Math.max(1, others.length)]
    if (what === 'edit' && message !== undefined) return this.#edit(seq, message)
    if (what === 'delete' && message !== undefined) return this.#delete(seq, message)
    if (what === 'react' && message !== undefined) return this.#react(seq, message, target)
    if (what === 'void') return this.#add({ name: 'stream_void', payload: { chatId: this.id, from: seq - 1, seq } }, undefined, {})
    if (what === 'join') return this.#join(seq, `person ${target % 4}`)
    if (what === 'leave' && member !== undefined) return this.#leave(seq, member.userId)
    if (what === 'role' && member !== undefined) return this.#changeRole(seq, member)
    if (what === 'read' || what === 'star' || what === 'hide' || what === 'pin' || what === 'draft')
      return this.#aside(what, target, message)
    return this.#send(seq, target)
  }

  #aside(what: 'read' | 'star' | 'hide' | 'pin' | 'draft', target: number, message: Message | undefined) {
    const after = this.length
    const seq = this.#asides.length + 1
    const own = (entry: OwnEntry) => this.#asides.push({ after, input: { kind: 'own', entry } })
    const on = target % 3 > 0
    if (what === 'star' && message !== undefined) own({ kind: 'star', seq, chatId: this.id, messageId: message.id, starred: on })
    if (what === 'hide' && message !== undefined) own({ kind: 'hidden', seq, chatId: this.id, messageId: message.id })
    if (what === 'draft')
      own({ kind: 'draft', seq, chatId: this.id, draft: on ? { text: `draft ${seq}`, replyTo: null, updatedAt: timeOf(seq) } : null })
    if (what === 'pin') {
      own({
        kind: 'chat_settings',
        seq,
        chatId: this.id,
        mySettings: { mutedUntil: null, pinnedAt: on ? timeOf(seq) : null, archivedAt: null },
      })
    }
    if (what !== 'read') return
    const userId = target % 2 === 0 ? myId : 'person 1'
    const readSeq = Math.min(after, target * 2)
    const position = { userId, readSeq, deliveredSeq: Math.max(readSeq, after - (target % 4)) }
    this.#asides.push({ after, input: { kind: 'position', position } })
  }

  #add(frame: Frame, messageId: string | undefined, moment: Partial<Moment>) {
    this.#moments.push({ ...this.at(this.entries.length), ...moment })
    this.entries.push({ frame, messageId })
  }

  #send(seq: number, target: number) {
    const time = timeOf(seq)
    const alive = this.at(seq - 1).messages.filter(({ content }) => content !== null)
    const quoted = target % 2 === 0 ? alive[target % Math.max(1, alive.length)] : undefined
    const message: Message = {
      ...{
        id: `${this.id} message ${seq}`,
        chatId: this.id,
        seq,
        rev: seq,
        senderId: target % 3 === 0 ? myId : 'person 1',
        content: { type: 'text', text: `sent ${seq}` },
        mentions: [],
        reactions: [],
      },
      replyTo: quoted ? { id: quoted.id, senderId: quoted.senderId, content: quoted.content } : null,
      ...{ editedAt: null, deletedAt: null, createdAt: time, updatedAt: time },
    }
    const messages = [...this.at(seq - 1).messages, message]
    this.#add({ name: 'new_message', payload: { message, tempId: `${this.id} temporary ${seq}` } }, message.id, { messages })
  }

  #edit(seq: number, message: Message) {
    const edited: Message = {
      ...message,
      rev: seq,
      content: { type: 'text', text: `edited ${seq}` },
      editedAt: timeOf(seq),
      updatedAt: timeOf(seq),
    }
    const payload = { chatId: this.id, seq, message: edited }
    this.#add({ name: 'message_edited', payload }, message.id, { messages: this.#replaced(seq, edited) })
  }

  #delete(seq: number, message: Message) {
    const deletedAt = timeOf(seq)
    const bare = { content: null, replyTo: null, mentions: [], reactions: [], editedAt: null }
    const deleted: Message = { ...message, ...bare, rev: seq, deletedAt, updatedAt: deletedAt }
    const payload = { chatId: this.id, seq, messageId: message.id, deletedAt }
    this.#add({ name: 'message_deleted', payload }, message.id, { messages: this.#replaced(seq, deleted) })
  }

  /** The same again takes it back. */
  #react(seq: number, message: Message, target: number) {
    const reaction = { emoji: target % 2 === 0 ? '👍' : '🎉', userId: `person ${target % 3}`, createdAt: timeOf(seq) }
    const isSame = ({ emoji, userId }: typeof reaction) => emoji === reaction.emoji && userId === reaction.userId
    const action = message.reactions.some(isSame) ? ('removed' as const) : ('added' as const)
    const reacted: Message = { ...message, rev: seq, reactions: reactTo(message.reactions, { reaction, action }) }
    const payload = { chatId: this.id, seq, messageId: message.id, action, ...reaction }
    this.#add({ name: 'message_reaction', payload }, message.id, { messages: this.#replaced(seq, reacted) })
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
    const member = { ...memberOf(userId, seq), ...this.position(userId, seq - 1) }
    const payload = { chatId: this.id, seq, actorId: myId, members: [member] }
    this.#add({ name: 'member_added', payload }, undefined, { members: [...members, member] })
  }

  #leave(seq: number, userId: string) {
    const members = this.at(seq - 1).members.filter((member) => member.userId !== userId)
    this.#add({ name: 'member_removed', payload: { chatId: this.id, seq, actorId: myId, userId } }, undefined, { members })
  }

  #changeRole(seq: number, { userId, role: former }: Member) {
    const role = former === 'admin' ? 'member' : 'admin'
    const members = this.at(seq - 1).members.map((member) => (member.userId === userId ? { ...member, role } : member)) as Member[]
    const payload = { chatId: this.id, seq, actorId: myId, userId, role: role as Member['role'] }
    this.#add({ name: 'member_role_changed', payload }, undefined, { members })
  }

  /** A frame is written after the commit: what it quotes may say something newer by then. */
  #readQuoteLater(index: number, delay: number) {
    const { frame, messageId } = this.entries[index] as Entry
    if (frame.name !== 'new_message' || frame.payload.message.replyTo === null) return
    const { replyTo } = frame.payload.message
    const quoted = this.at(Math.min(this.length, index + 1 + delay)).messages.find(({ id }) => id === replyTo.id)
    const message = { ...frame.payload.message, replyTo: { ...replyTo, content: quoted?.content ?? null } }
    this.entries[index] = { messageId, frame: { ...frame, payload: { ...frame.payload, message } } }
  }
}
