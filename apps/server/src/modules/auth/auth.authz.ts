import {
  authenticate,
  authenticated,
  authenticationError,
  changePassword,
  checkSession,
  csrfToken,
  demoLogin,
  endSession,
  listSessions,
  login,
  logout,
  logoutAll,
  me,
  refresh,
  register,
} from '@parley/protocol/auth'
import { type AuthorisationRow, everybody, everyUser, ownSocket } from '../../core/authz.ts'

const newPassword = 'Another-1'

export const rows: AuthorisationRow[] = [
  everybody(register, (world) => ({ email: `${world.unique}@example.org`, password: 'Secret-1', name: 'Somebody New' })),
  everybody(login, ({ subject }) => ({ username: subject.username, password: subject.password })),
  everybody(checkSession, () => ({})),
  everybody(csrfToken, () => ({})),
  // Nobody here is one of the demo people.
  everybody(demoLogin, ({ subject }) => ({ username: subject.username }), 'absent'),
  everybody(authenticate, () => ({ token: 'not a token' }), 'login'),
  everyUser(me, () => ({})),
  everyUser(refresh, () => ({})),
  everyUser(logout, () => ({})),
  everyUser(logoutAll, () => ({})),
  everyUser(listSessions, () => ({})),
  everyUser(endSession, ({ subject }) => ({ sessionId: subject.sessionId })),
  everyUser(changePassword, ({ subject }) => ({ currentPassword: subject.password, newPassword, confirmPassword: newPassword })),
  ownSocket(authenticated),
  ownSocket(authenticationError),
]
