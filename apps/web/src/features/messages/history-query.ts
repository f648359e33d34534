import type { Message } from '@parley/client'
import { queryOptions } from '@tanstack/react-query'
import { parley, tape } from '../../app/parley.ts'
import { queryClient } from '../../app/query-client.ts'
import { chatIdOf, type LiveEvent } from '../../live/live-event.ts'
import { rememberPeople } from '../users/people.ts'
import { changeMessage, foldHistory, type History, putMessages } from './history.ts'

/** Reading again after a reconnect goes back this many pages at most; what is older is paged in again when scrolled to. */
const pagesAtOnce = 10

const foldOwn = (chatId: string) => (history: History, event: LiveEvent) =>
  chatIdOf(event) === chatId ? foldHistory(history, event) : history

async function readPage(chatId: string, before?: string): Promise<History> {
  const page = await parley.messages.listMessages(before === undefined ? { chatId } : { chatId, before, limit: 100 })
  rememberPeople(page.messages.map(({ sender }) => sender))
  return { messages: page.messages, olderCursor: page.nextCursor }
}

const joined = (newer: History, older: History): History => ({ ...putMessages(newer, older.messages), olderCursor: older.olderCursor })

/** The newest page, and as many before it as reach the oldest message that was shown already. */
async function readNewest(chatId: string, shown: History | undefined): Promise<History> {
  const oldest = shown?.messages[0]?.seq ?? Number.POSITIVE_INFINITY
  let history = await readPage(chatId)
  for (let pages = 1; pages < pagesAtOnce && history.olderCursor !== null; pages += 1) {
    if ((history.messages[0]?.seq ?? 0) <= oldest) break
    history = joined(history, await readPage(chatId, history.olderCursor))
  }
  return history
}

const historyKey = (chatId: string) => ['history', chatId] as const

export const historyQuery = (chatId: string) =>
  queryOptions({
    queryKey: historyKey(chatId),
    queryFn: () => tape.readWhileLive(() => readNewest(chatId, queryClient.getQueryData<History>(historyKey(chatId))), foldOwn(chatId)),
  })

const changeHistory = (chatId: string, change: (history: History) => History) =>
  queryClient.setQueryData<History>(historyKey(chatId), (history) => (history === undefined ? history : change(history)))

/** Puts the page before the oldest message in front of what is shown. */
export async function loadOlder(chatId: string, cursor: string) {
  const page = await tape.readWhileLive(() => readPage(chatId, cursor), foldOwn(chatId))
  changeHistory(chatId, (history) => (history.olderCursor === cursor ? joined(history, page) : history))
}

export const acceptSent = (message: Message) => changeHistory(message.chatId, (history) => putMessages(history, [message]))

export const acceptChanged = (message: Message) => changeHistory(message.chatId, (history) => changeMessage(history, message))

export const foldIntoHistory = (event: LiveEvent) => changeHistory(chatIdOf(event), (history) => foldHistory(history, event))

export const forgetHistory = (chatId: string) => queryClient.removeQueries({ queryKey: historyKey(chatId) })
