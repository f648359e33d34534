/** A chat's stream as a server would keep it, small and slow: what it would answer at any time. */
import type { Chat } from '@parley/protocol/chats'
import type { Message } from '@parley/protocol/messages'
import type { ChatDelta } from '@parley/protocol/streams'
import type { Frame } from '../chat-frame.ts'
import type { Counted, OwnEntry, StarredPage } from '../chat-state.ts'
import { type Entry, myId, StreamLog, timeOf } from './stream-log.ts'

/** As on the server, only less of it: who is further behind starts over with the newest. */
const span = 12
const newest = 6

export class StreamModel extends StreamLog {
  starredIds(until: number): ReadonlySet<string> {
    const hidden = this.hiddenIds(until)
    const starred = new Set<string>()
    for (const entry of this.own(until)) {
      if (entry.kind !== 'star') continue
      if (entry.starred) starred.add(entry.messageId)
      else starred.delete(entry.messageId)
    }
    const isGone = ({ id, content }: Message) => content === null || hidden.has(id)
    for (const { id } of this.at(until).messages.filter(isGone)) starred.delete(id)
    return starred
  }

  /** What I see of the messages at a time. */
  visible(until: number): Message[] {
    const hidden = this.hiddenIds(until)
    return this.at(until).messages.filter(({ id }) => !hidden.has(id))
  }

  counted(lastSeq: number, readAt = lastSeq): Counted {
    const { members, messages } = this.at(readAt)
    const positions = members.map(({ userId }) => ({ userId, ...this.position(userId, readAt) }))
    const { readSeq } = this.position(myId, readAt)
    const hidden = this.hiddenIds(readAt)
    const isUnread = ({ id, seq, senderId, content }: Message) =>
      senderId !== myId && content !== null && seq > readSeq && seq <= lastSeq && !hidden.has(id)
    return { lastSeq, unreadCount: messages.filter(isUnread).length, positions }
  }

  chat(readAt: number, lastSeq = readAt): Chat {
    const { unreadCount } = this.counted(lastSeq, readAt)
    const newest = (kind: OwnEntry['kind']) => this.own(readAt).findLast((entry) => entry.kind === kind)
    const [settings, draft] = [newest('chat_settings'), newest('draft')]
    return {
      ...{ id: this.id, type: 'group', name: 'Group', description: null, avatar: null, createdAt: timeOf(0), unreadCount },
      members: this.at(readAt).members.map((member) => ({ ...member, ...this.position(member.userId, readAt) })),
      lastMessage: this.visible(readAt).findLast(({ seq }) => seq <= lastSeq) ?? null,
      lastSeq,
      mySettings: settings?.kind === 'chat_settings' ? settings.mySettings : { mutedUntil: null, pinnedAt: null, archivedAt: null },
      draft: draft?.kind === 'draft' ? draft.draft : null,
    }
  }

  /** The page before a position, read at `readAt` after the position `asOf` was. */
  page(before: number, limit: number, asOf: number, readAt: number): StarredPage {
    const older = this.visible(readAt).filter(({ seq }) => seq < before)
    return { messages: older.slice(-limit), hasOlder: older.length > limit, asOf, starredIds: [...this.starredIds(readAt)] }
  }

  /** The answer to `sync`, read at `readAt` after the stream's end was. */
  delta(from: number, head: number, readAt: number): ChatDelta {
    const common = { chatId: this.id, from, to: head, head, tempIds: {} }
    const messages = this.visible(readAt)
    if (head - from > span) return { ...common, reset: true, messages: messages.slice(-newest), chat: this.chat(readAt) }
    const entries = this.entries.slice(from, head)
    const touched = messages.filter(({ id }) => entries.some(({ messageId }) => messageId === id))
    const chatChanged = entries.some(({ frame }) => frame.name.startsWith('member_'))
    return { ...common, reset: false, messages: touched, chat: chatChanged ? this.chat(readAt) : null }
  }

  /** The numbers above one up to another as a node rebuilds them later: each message once, at the last number that touched it. */
  refill(from: number, to: number, readAt: number): Frame[] {
    const entries = this.entries.slice(from, to)
    const isLast = ({ messageId }: Entry, index: number) => !entries.slice(index + 1).some((later) => later.messageId === messageId)
    return entries.map((entry, index) => {
      const seq = from + index + 1
      const message = this.at(readAt).messages.find(({ id }) => id === entry.messageId)
      if (message === undefined || entry.frame.name === 'new_message') return entry.frame
      if (!isLast(entry, index)) return { name: 'stream_void', payload: { chatId: this.id, from: seq - 1, seq } }
      return { name: 'message_edited', payload: { chatId: this.id, seq, message } }
    })
  }
}
