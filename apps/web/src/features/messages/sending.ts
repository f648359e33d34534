import { type Message, newTempId } from '@parley/client'
import { useMemo, useSyncExternalStore } from 'react'
import { sentenceOf } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { acceptLastMessage } from '../chats/chats-query.ts'
import { acceptChanged, acceptSent } from './history-query.ts'
import { Outbox, type OutgoingMessage } from './outbox.ts'

export const outbox = new Outbox()

/** Takes a stored message of mine, whether it comes as an acknowledgement or as an event, whichever is first. */
export function acceptOwn(message: Message, tempId: string) {
  acceptSent(message)
  acceptLastMessage(message)
  outbox.settle(tempId, message.id)
}

async function deliver(outgoing: OutgoingMessage) {
  const { tempId, chatId, text, replyTo } = outgoing
  outbox.put({ ...outgoing, failure: null })
  try {
    const { message } = await parley.messages.sendMessage({
      chatId,
      content: { type: 'text', text },
      tempId,
      ...(replyTo && { replyTo: replyTo.id }),
    })
    acceptOwn(message, tempId)
  } catch (error) {
    outbox.fail(tempId, sentenceOf(error))
  }
}

/** Shows the message at once and sends it. */
export function send(chatId: string, text: string, replyTo: Message | null) {
  void deliver({
    tempId: newTempId(),
    chatId,
    text,
    replyTo: replyTo && { id: replyTo.id, senderId: replyTo.senderId, content: replyTo.content },
    createdAt: new Date().toISOString(),
    failure: null,
  })
}

export const sendAgain = (outgoing: OutgoingMessage) => void deliver(outgoing)

/** What of mine is under way in this chat. */
export function useOutgoing(chatId: string): OutgoingMessage[] {
  const all = useSyncExternalStore(outbox.subscribe, outbox.snapshot)
  return useMemo(() => all.filter((message) => message.chatId === chatId), [all, chatId])
}

export async function edit(message: Message, text: string) {
  const answer = await parley.messages.editMessage({ messageId: message.id, content: { type: 'text', text } })
  acceptChanged(answer.message)
  acceptLastMessage(answer.message)
}

export async function erase(message: Message) {
  const answer = await parley.messages.deleteMessage({ messageId: message.id })
  acceptChanged(answer.message)
  acceptLastMessage(answer.message)
}
