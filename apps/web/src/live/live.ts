/** Folds what the server tells into what the page shows. */
import type { QueryKey } from '@tanstack/react-query'
import { parley, tape } from '../app/parley.ts'
import { queryClient } from '../app/query-client.ts'
import { leavePage, sessionQuery } from '../features/auth/session.ts'
import { foldChatList } from '../features/chats/chat-list.ts'
import { chatsQuery, fetchChat, forgetChat, knownChat, myId } from '../features/chats/chats-query.ts'
import { markDelivered, markListDelivered } from '../features/chats/marks.ts'
import { recount } from '../features/chats/recount.ts'
import { startTyping } from '../features/presence/typing.ts'
import { rememberMembers } from '../features/users/people.ts'
import { type LiveEvent, type LiveEventName, liveEventNames } from './live-event.ts'

/** What an event means beyond the list and the history. */
const effects: { [Event in LiveEvent as Event['name']]?: (payload: Event['payload']) => void } = {
  new_message: ({ message }) => {
    if (message.senderId !== myId()) markDelivered(message.chatId, message.seq)
    if (knownChat(message.chatId) === undefined) void fetchChat(message.chatId).catch(() => forgetChat(message.chatId))
  },
  chat_created: ({ chat }) => rememberMembers(chat.members),
  member_added: ({ members }) => rememberMembers(members),
  message_deleted: ({ chatId }) => void recount(chatId),
  message_status_update: ({ chatId, userId, status }) => {
    if (userId === myId() && status === 'read') void recount(chatId)
  },
}

function apply(event: LiveEvent) {
  tape.record(event)
  queryClient.setQueryData(chatsQuery.queryKey, (list) => list && foldChatList(list, event, myId()))
  const effect = effects[event.name] as ((payload: LiveEvent['payload']) => void) | undefined
  effect?.(event.payload)
}

const listenTo = <Name extends LiveEventName>(name: Name) =>
  parley.on(name, (payload) => apply({ name, payload } as Extract<LiveEvent, { name: Name }>))

const shown: QueryKey[] = [['chats'], ['chat']]

/** What was missed meanwhile isn't sent again: whatever is shown is read again. */
async function readAgain() {
  await Promise.all(shown.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  markListDelivered()
}

/** The connection gave up, as it does when the session has ended elsewhere. */
async function checkSession() {
  const user = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
  if (user === null) leavePage({ ended: true })
}

/** Listens until the returned function is called. */
export function startLive(): () => void {
  const stops = liveEventNames.map(listenTo)
  stops.push(
    startTyping(),
    parley.on('reconnected', () => void readAgain()),
    parley.on('connection', (state) => state === 'offline' && void checkSession()),
    parley.on('logged_out', ({ reason }) => leavePage({ ended: reason === 'refused' })),
  )
  // What was read before the first connection may lack what happened in between.
  void parley
    .connect()
    .then(readAgain)
    .catch(() => {})
  return () => {
    for (const stop of stops) stop()
  }
}
