import { AppError, ensure } from '../../core/errors.ts'
import type { Draft, Outcome } from './draft.ts'
import type { Roster, RosterCache } from './roster.ts'
import type { WriteQueue } from './write-queue.ts'

export type Send = (chatId: string, draftFor: (roster: Roster) => Draft) => Promise<Exclude<Outcome, { kind: 'stale' | 'failed' }>>

const sendTries = 5

/** The way into the write queue: a send is drafted by the roster, and drafted anew where that turns out to be old. */
export function sendThrough(rosters: RosterCache, queue: WriteQueue): Send {
  return async (chatId, draftFor) => {
    let roster = await rosters.get(chatId)
    for (let tries = 0; tries < sendTries; tries++) {
      ensure(roster, 'CHAT_NOT_FOUND')
      const draft = draftBy(roster, draftFor)
      if (draft instanceof AppError) {
        // Whoever was let in elsewhere a moment ago isn't refused by a roster of before.
        const fresh: Roster | null = await rosters.reload(chatId)
        if (fresh?.access === roster.access) throw draft
        roster = fresh
        continue
      }
      const outcome = await queue.submit(draft)
      if (outcome.kind === 'failed') throw outcome.error
      if (outcome.kind !== 'stale') return outcome
      roster = await rosters.reload(chatId)
    }
    throw new AppError('OVERLOADED', { message: 'The members of this chat change too fast to send; please try again.', retryAfter: 1 })
  }
}

function draftBy(roster: Roster, draftFor: (roster: Roster) => Draft): Draft | AppError {
  try {
    return draftFor(roster)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
