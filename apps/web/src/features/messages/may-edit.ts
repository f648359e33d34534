import type { Message } from '@parley/client'
import { useQuery } from '@tanstack/react-query'
import { configQuery } from '../auth/session.ts'

/** How long a message may be changed, seconds; 0 is no limit. */
export const useEditWindow = (): number => useQuery(configQuery).data?.limits.editWindowSeconds ?? 0

/** Whether I may change the message now. The server has the last word. */
export const mayEdit = (message: Message, myId: string, windowSeconds: number, now = Date.now()): boolean =>
  message.senderId === myId &&
  message.content !== null &&
  (windowSeconds === 0 || now - Date.parse(message.createdAt) < windowSeconds * 1_000)
