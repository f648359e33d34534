import type { MemberRole } from '@parley/protocol/chats'

/** Who looks at a message: their id, and their role in its chat. */
interface Reader {
  readonly userId: string
  readonly role: MemberRole
}

interface Written {
  readonly sender_id: string
  readonly created_at: Date
}

/** Only the author edits, whoever else administers the chat. */
export const wrote = (userId: string, message: Written): boolean => message.sender_id === userId

/** `windowSeconds` after sending; 0 is forever. */
export const canStillEdit = (message: Written, now: number, windowSeconds: number): boolean =>
  windowSeconds === 0 || now - message.created_at.getTime() <= windowSeconds * 1000

/** The author, and in groups those who administer it. */
export const canDeleteForEveryone = (reader: Reader, message: Written, chatType: 'private' | 'group'): boolean =>
  wrote(reader.userId, message) || (chatType === 'group' && reader.role !== 'member')
