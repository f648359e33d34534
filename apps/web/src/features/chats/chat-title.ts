import type { Chat, Member, PublicUser } from '@parley/client'
import i18next from 'i18next'

/** The other person of a private chat. */
export const partnerOf = (chat: Chat, myId: string): PublicUser | undefined =>
  chat.type === 'private' ? chat.members.find(({ userId }) => userId !== myId)?.user : undefined

/** What a chat is called by me. */
export const titleOf = (chat: Chat, myId: string): string => chat.name ?? partnerOf(chat, myId)?.name ?? i18next.t('chats.unknownPerson')

/** The picture beside the title. */
export function faceOf(chat: Chat, myId: string) {
  const partner = partnerOf(chat, myId)
  return { id: partner?.id ?? chat.id, name: titleOf(chat, myId), src: partner?.avatar ?? chat.avatar }
}

const membershipOf = (chat: Chat, userId: string): Member | undefined => chat.members.find((member) => member.userId === userId)

export const administers = (chat: Chat, userId: string): boolean => {
  const role = membershipOf(chat, userId)?.role
  return chat.type === 'group' && (role === 'owner' || role === 'admin')
}

/** Whom one may remove: an owner everybody, an admin the members; nobody themselves (that's leaving). */
export function mayRemove(chat: Chat, actorId: string, member: Member): boolean {
  const role = membershipOf(chat, actorId)?.role
  if (chat.type !== 'group' || member.userId === actorId) return false
  return role === 'owner' || (role === 'admin' && member.role === 'member')
}
