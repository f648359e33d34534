import type { Events } from '@parley/client'

/** The events that change what the page shows. */
export const liveEventNames = [
  'new_message',
  'message_edited',
  'message_deleted',
  'chat_created',
  'member_added',
  'member_removed',
  'member_role_changed',
  'message_status_update',
] as const

export type LiveEventName = (typeof liveEventNames)[number]

export type LiveEvent = { [Name in LiveEventName]: { readonly name: Name; readonly payload: Events[Name] } }[LiveEventName]

/** The chat that an event is about. */
export function chatIdOf(event: LiveEvent): string {
  if (event.name === 'chat_created') return event.payload.chat.id
  if (event.name === 'new_message') return event.payload.message.chatId
  return event.payload.chatId
}
