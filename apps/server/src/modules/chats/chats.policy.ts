import type { MemberRole } from '@parley/protocol/chats'

const rank: Record<MemberRole, number> = { owner: 2, admin: 1, member: 0 }

/** Adding people is for those who administer the group. */
export const canAddMembers = (role: MemberRole): boolean => rank[role] >= rank.admin

/** Oneself always; others only from above: an owner anybody, an admin plain members. */
export const canRemove = (actor: { userId: string; role: MemberRole }, target: { userId: string; role: MemberRole }): boolean =>
  actor.userId === target.userId || (rank[actor.role] >= rank.admin && rank[actor.role] > rank[target.role])

/** Who owns a group once its owner left: the longest-standing admin, else the longest-standing member. `others` come in order of joining. */
export const heirOf = <M extends { role: MemberRole }>(others: readonly M[]): M | undefined =>
  others.find((member) => member.role === 'admin') ?? others[0]
