import { fetchChat, knownChat } from './chats-query.ts'

/** The chats that are being counted, and whether something changed since that began. */
const running = new Map<string, boolean>()

/** Reads again how much of a chat is unread, where that can't be told from what is on the page. */
export async function recount(chatId: string): Promise<void> {
  if ((knownChat(chatId)?.unreadCount ?? 0) === 0) return
  if (running.has(chatId)) return void running.set(chatId, true)
  running.set(chatId, false)
  try {
    await fetchChat(chatId)
  } catch {
    // The number stays what it was; after a lost connection everything is read again.
    return void running.delete(chatId)
  }
  const again = running.get(chatId) === true
  running.delete(chatId)
  if (again) await recount(chatId)
}
