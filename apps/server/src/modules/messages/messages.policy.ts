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

interface Reacted {
  readonly userId: string
  readonly emoji: string
}

export const maxEmoji = 20
export const maxOfOnePerson = 5

/** One that is there already may be joined by any number of people. */
export const takesEmoji = (emoji: string, reactions: readonly Reacted[]): boolean => {
  const different = new Set(reactions.map((reaction) => reaction.emoji))
  return different.has(emoji) || different.size < maxEmoji
}

export const takesReactionOf = (userId: string, reactions: readonly Reacted[]): boolean =>
  reactions.filter((reaction) => reaction.userId === userId).length < maxOfOnePerson
