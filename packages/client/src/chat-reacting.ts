/** Reactions of my own that are shown before the server has confirmed them. No I/O. */
import type { Message } from '@parley/protocol/messages'
import { reactTo } from './chat-messages.ts'
import type { ChatState } from './chat-state.ts'

/** The server answered to one of them; and those whose number is applied by now are in the messages themselves. */
export function settleReactions(state: ChatState, answer?: { readonly id: string; readonly message?: Message }): ChatState {
  if (state.reacting.length === 0) return state
  const answered = state.reacting.flatMap((each) => {
    if (each.id !== answer?.id) return each
    return answer.message === undefined ? [] : { ...each, rev: answer.message.rev }
  })
  return { ...state, reacting: answered.filter(({ rev }) => rev === undefined || rev > state.appliedSeq) }
}

/** The messages as they look with my own reactions; the same objects where there are none. */
export function withReactions({ reacting, loaded }: ChatState): readonly Message[] {
  if (reacting.length === 0) return loaded.messages
  return loaded.messages.map((message) => {
    const mine = reacting.filter(({ messageId }) => messageId === message.id)
    if (mine.length === 0) return message
    return { ...message, reactions: mine.reduce<Message['reactions']>((reactions, each) => reactTo(reactions, each), message.reactions) }
  })
}
