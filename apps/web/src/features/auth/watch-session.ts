import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { leavePage, rememberSession } from './session.ts'

/** The connection gave up, as it does when the session has ended elsewhere. */
async function checkSession() {
  const { user } = await parley.auth.checkSession()
  if (user === null) await leavePage({ ended: true })
}

/** Another tab may have logged somebody else in while this one was away. */
async function rememberConnected() {
  const { user } = await parley.connect()
  rememberSession(user)
}

/** Connects, and leaves the page when nobody is logged in any more, until the returned function is called. */
export function watchSession(): () => void {
  const stops = [
    parley.on('connection', (state) => state === 'offline' && void checkSession().catch(showFailure)),
    parley.on('connection', (state) => state === 'online' && void rememberConnected().catch(() => {})),
    parley.on('logged_out', ({ reason }) => void leavePage({ ended: reason === 'refused' })),
  ]
  // Without a connection whoever is remembered stays; attempts go on.
  rememberConnected().catch(() => {})
  return () => {
    for (const stop of stops) stop()
  }
}
