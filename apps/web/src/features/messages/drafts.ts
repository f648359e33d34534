import { ParleyError } from '@parley/client'
import { parley } from '../../app/parley.ts'
import { myId } from '../auth/session.ts'
import { DraftKeeper } from './draft-keeper.ts'

export const drafts = new DraftKeeper({
  writer: myId,
  save: (chatId, { text, replyTo }) => parley.chats.saveDraft({ chatId, text, replyTo }),
  mayPass: (error) => error instanceof ParleyError && error.retryable,
  storage: sessionStorage,
})

/** Saves what waits when the connection is back and before the page goes, and forgets it at a logout, until the returned function is called. */
export function startDrafts(): () => void {
  const flush = () => drafts.flush()
  // Whose the connection is, is known by then.
  const connected = () => parley.connect().then(flush, () => {})
  const stops = [parley.on('connection', (state) => state === 'online' && void connected()), parley.on('logged_out', () => drafts.forget())]
  addEventListener('pagehide', flush)
  return () => {
    for (const stop of stops) stop()
    removeEventListener('pagehide', flush)
  }
}
