import type { Message } from '@parley/client'

/** Whether I may change the message now; `windowSeconds` 0 is no limit. The server has the last word. */
export const mayEdit = (message: Message, myId: string, windowSeconds: number, now = Date.now()): boolean =>
  message.senderId === myId &&
  message.content !== null &&
  (windowSeconds === 0 || now - Date.parse(message.createdAt) < windowSeconds * 1_000)
