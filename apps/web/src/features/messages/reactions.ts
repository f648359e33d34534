/** Who reacted to a message with what. No I/O. */
import type { Message } from '@parley/client'

/** One emoji under a message. */
export interface Chip {
  readonly emoji: string
  /** In the order in which they reacted. */
  readonly userIds: readonly string[]
  readonly mine: boolean
}

/** The emoji under a message, in the order in which each was first used. */
export function chipsOf({ reactions }: Message, myId: string): Chip[] {
  const userIds = Map.groupBy(reactions, ({ emoji }) => emoji)
  return [...userIds].map(([emoji, all]) => ({
    emoji,
    userIds: all.map(({ userId }) => userId),
    mine: all.some(({ userId }) => userId === myId),
  }))
}

export const reactedWith = ({ reactions }: Message, emoji: string, userId: string): boolean =>
  reactions.some((reaction) => reaction.emoji === emoji && reaction.userId === userId)
