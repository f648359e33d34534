/** In what order a list shows its chats. No I/O. */
import type { Chat } from '@parley/protocol/chats'
import type { ListState } from './chat-list-fold.ts'

/**
 * Pinned ones first, and then by the time of their newest message, the latest first. `former` is the same list some time before:
 * where nothing changed that the order depends on, it is as it was.
 */
export function sortedChats({ chats }: Pick<ListState, 'chats'>, former: readonly Chat[] = []): readonly Chat[] {
  const known = [...chats.values()].flatMap(({ chat }) => chat ?? [])
  const now = former.flatMap((chat) => chats.get(chat.id)?.chat ?? [])
  const isInOrder = now.length === known.length && now.every((chat, index) => inOrder(chat, former[index] as Chat) === 0)
  return isInOrder ? now : known.toSorted(inOrder)
}

function inOrder(one: Chat, other: Chat): number {
  if (one === other) return 0
  return (
    Number(other.mySettings.pinnedAt !== null) - Number(one.mySettings.pinnedAt !== null) ||
    compare(activeAt(other), activeAt(one)) ||
    compare(other.id, one.id)
  )
}

const activeAt = ({ lastMessage, createdAt }: Chat) => lastMessage?.createdAt ?? createdAt

const compare = (one: string, other: string) => Number(one > other) - Number(one < other)
