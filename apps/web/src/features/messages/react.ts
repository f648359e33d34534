import type { Message } from '@parley/client'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { reactedWith } from './reactions.ts'

/** Reacts to a message with an emoji, or takes the same reaction back. */
export function toggleReaction(message: Message, emoji: string, myId: string) {
  const { addReaction, removeReaction } = parley.messages
  const change = reactedWith(message, emoji, myId) ? removeReaction : addReaction
  change({ messageId: message.id, emoji }).catch(showFailure)
}
