/** The live events that are numbers of a chat's stream. No I/O. */
import type { Chat } from '@parley/protocol/chats'
import type { Events } from './events.ts'

export const frameNames = [
  'new_message',
  'message_edited',
  'message_deleted',
  'message_reaction',
  'member_added',
  'member_removed',
  'member_role_changed',
  'stream_void',
] as const
type FrameName = (typeof frameNames)[number]

/** One number of a chat's stream, as it came live; or several in a row that hold nothing. */
export type Frame = { [Name in FrameName]: { readonly name: Name; readonly payload: Events[Name] } }[FrameName]

export const seqOf = ({ name, payload }: Frame): number => (name === 'new_message' ? payload.message.seq : payload.seq)

/** The number that must be known for a frame to be next. */
export const numberBefore = (frame: Frame): number => (frame.name === 'stream_void' ? frame.payload.from : seqOf(frame) - 1)

export const chatIdOf = ({ name, payload }: Frame): string => (name === 'new_message' ? payload.message.chatId : payload.chatId)

/** The id that a message was sent under. */
export const tempIdOf = ({ name, payload }: Frame): string | undefined => (name === 'new_message' ? payload.tempId : undefined)

/** A chat after a change of its members. Who is in it already was read after the change, and stays as they are. */
export function foldMembers(chat: Chat, { name, payload }: Frame): Chat {
  if (name === 'member_added') {
    const added = payload.members.filter(({ userId }) => !chat.members.some((member) => member.userId === userId))
    return { ...chat, members: [...chat.members, ...added] }
  }
  if (name === 'member_removed') return { ...chat, members: chat.members.filter(({ userId }) => userId !== payload.userId) }
  if (name === 'member_role_changed') {
    const { userId, role } = payload
    return { ...chat, members: chat.members.map((member) => (member.userId === userId ? { ...member, role } : member)) }
  }
  return chat
}
