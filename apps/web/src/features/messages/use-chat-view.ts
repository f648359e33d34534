import type { ChatSnapshot, ChatView } from '@parley/client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { parley } from '../../app/parley.ts'
import { rememberMembers } from '../users/people.ts'

/** The chats that were looked at last stay open, so that going back to one shows it at once. */
const keptOpen = 8
const views = new Map<string, ChatView>()

function openChat(chatId: string): ChatView {
  const known = views.get(chatId)
  // It ended with the login that it belonged to, or is looked for again.
  const ended = known?.current.state === 'gone'
  const view = known === undefined || ended ? parley.subscribe(chatId) : known
  if (ended) known.close()
  views.delete(chatId)
  views.set(chatId, view)
  for (const [oldest, unused] of [...views].slice(0, -keptOpen)) {
    views.delete(oldest)
    unused.close()
  }
  return view
}

/** One chat as it is now. A screen of its own for each chat: `chatId` stays the same. */
export function useChatView(chatId: string): { view: ChatView; current: ChatSnapshot } {
  const [view] = useState(() => openChat(chatId))
  const current = useSyncExternalStore(view.subscribe, () => view.current)
  const members = current.chat?.members
  useEffect(() => members && rememberMembers(members), [members])
  return { view, current }
}
