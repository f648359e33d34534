import type { InputOf } from '@parley/protocol/define'
import { type addReaction, type Message, messageReaction } from '@parley/protocol/messages'
import type { Viewer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { frame } from '../streams/streams.module.ts'
import { deleteReaction, insertReaction } from './changes.queries.ts'
import { visibleMessage, writableMessage } from './messages.access.ts'
import type { MessagesDeps } from './messages.deps.ts'
import { maxEmoji, maxOfOnePerson, takesEmoji, takesReactionOf } from './messages.policy.ts'
import { present } from './messages.present.ts'
import type { MessageRow } from './messages.queries.ts'

interface Asked {
  readonly viewer: Viewer
  readonly input: InputOf<typeof addReaction>
}

/**
 * Adds a reaction to a message, takes it back, or whichever of the two changes something. An entry of the chat's stream
 * where it did; what is so already takes no number.
 */
export async function react(
  wish: 'add' | 'remove' | 'toggle',
  { viewer: { userId }, input: { messageId, emoji } }: Asked,
  { database, streams, clock }: MessagesDeps,
): Promise<{ message: Message }> {
  const { chat_id: chatId } = await visibleMessage(database.query, userId, messageId)
  return streams.change(chatId, async ({ tx, append }) => {
    const message = await writableMessage(tx, userId, messageId)
    const mine = message.reactions.find((reaction) => reaction.userId === userId && reaction.emoji === emoji)
    const adds = wish === 'add' || (wish === 'toggle' && mine === undefined)
    if (adds) ensure(message.deleted_at === null, 'MESSAGE_DELETED')
    if (adds === (mine !== undefined)) return { result: { message: present(message) }, frames: [] }
    if (adds) ensureRoom(message, userId, emoji)
    const rev = append(adds ? 'reaction_added' : 'reaction_removed', messageId, userId)
    const createdAt = mine === undefined ? nextMoment(message, clock.now()) : new Date(mine.createdAt)
    if (adds) await insertReaction(tx, { messageId, userId, emoji }, rev, createdAt)
    else await deleteReaction(tx, { messageId, userId, emoji }, rev)
    const others = message.reactions.filter((reaction) => reaction !== mine)
    const reactions = adds ? [...others, { emoji, userId, createdAt: createdAt.toISOString() }] : others
    const action = adds ? ('added' as const) : ('removed' as const)
    const payload = { chatId, seq: rev, messageId, userId, emoji, action, createdAt: createdAt.toISOString() }
    return {
      result: { message: present({ ...message, reactions, rev }) },
      frames: [frame(messageReaction, rev, payload, { about: message.seq })],
    }
  })
}

function ensureRoom({ reactions }: MessageRow, userId: string, emoji: string): void {
  ensure(takesReactionOf(userId, reactions), 'RULE_BROKEN', { message: `You may react to a message in ${maxOfOnePerson} ways.` })
  ensure(takesEmoji(emoji, reactions), 'RULE_BROKEN', { message: `A message takes ${maxEmoji} different emoji.` })
}

/** Later than every reaction that is there, whichever clock that was told by: their order is the order of the stream (O3). */
function nextMoment({ reactions }: MessageRow, now: number): Date {
  return new Date(Math.max(now, ...reactions.map(({ createdAt }) => Date.parse(createdAt) + 1)))
}
