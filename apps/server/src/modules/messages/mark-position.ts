import type { InputOf, OutputOf } from '@parley/protocol/define'
import type { messageRead as contract } from '@parley/protocol/messages'
import type { Viewer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { visibleMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import type { Positions } from './positions.ts'

/** Moves the viewer's position in a chat to a message or a number, if it isn't there already (S1). */
export async function markPosition(
  status: 'delivered' | 'read',
  { viewer, input }: { viewer: Viewer; input: InputOf<typeof contract> },
  deps: MessagesDeps,
  positions: Positions,
): Promise<OutputOf<typeof contract>> {
  const { chatId, seq } = await placeOf(viewer.userId, input, deps)
  const roster = await deps.streams.roster(chatId, [viewer.userId])
  ensure(roster?.members.has(viewer.userId) === true, 'CHAT_NOT_FOUND')
  const position = await positions.advance({ chatId, userId: viewer.userId, deliveredSeq: seq, readSeq: status === 'read' ? seq : 0 })
  return { chatId, ...position }
}

async function placeOf(
  viewerId: string,
  input: InputOf<typeof contract>,
  { database }: MessagesDeps,
): Promise<{ chatId: string; seq: number }> {
  if (input.messageId === undefined) return { chatId: input.chatId as string, seq: input.seq as number }
  const message = await visibleMessage(database.query, viewerId, input.messageId)
  ensure(input.chatId === undefined || input.chatId === message.chat_id, 'MESSAGE_NOT_FOUND')
  return { chatId: message.chat_id, seq: message.seq }
}
