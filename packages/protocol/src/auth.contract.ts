/** Accounts and sessions: becoming somebody, staying somebody, and ceasing to be. */
import { z } from 'zod'
import { command, event, route } from './define.ts'
import { Id, Timestamp, text, trimmed } from './fields.ts'
import { OwnUser, Username } from './users.contract.ts'

export const Tokens = z
  .strictObject({
    accessToken: z.string().describe('JWT, short-lived; `Authorization: Bearer …`'),
    refreshToken: z.string().describe('Single use; its successor comes with every refresh.'),
  })
  .meta({ id: 'Tokens' })
export type Tokens = z.infer<typeof Tokens>

const Email = z.email().max(254).toLowerCase()
/** At login nothing but the size matters. bcrypt reads 72 bytes, so more is refused rather than ignored. */
const GivenPassword = text(1, 200)
const NewPassword = text(1, 200).describe(
  '8 or more characters with lower case, upper case, a digit and a sign, unless configured otherwise; 72 bytes at most.',
)

const LoggedIn = z.strictObject({
  user: OwnUser,
  tokens: Tokens,
  token: z.string().describe('The access token once more, for clients that read it here.'),
})

export const register = route('register', {
  summary: 'Create an account and log in',
  access: 'public',
  rate: { points: 20, seconds: 3600 },
  input: z
    .strictObject({ email: Email, password: NewPassword, username: Username.optional(), name: trimmed(2, 50).optional() })
    .refine((input) => input.username !== undefined || input.name !== undefined, {
      path: ['username'],
      message: 'give a username or a name',
    }),
  output: LoggedIn,
  errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN', 'RULE_BROKEN'],
  rest: {
    method: 'POST',
    path: '/api/auth/register',
    status: 201,
    fields: { fullName: 'name', displayName: 'name' },
  },
})

export const login = route('login', {
  summary: 'Log in with e-mail address, username or phone number, and password',
  access: 'public',
  rate: { points: 60, seconds: 60 },
  input: z
    .strictObject({
      email: text(1, 254).optional(),
      username: text(1, 254).optional(),
      phoneNumber: text(1, 40).optional(),
      password: GivenPassword,
    })
    .refine((input) => [input.email, input.username, input.phoneNumber].filter((given) => given !== undefined).length === 1, {
      path: ['email'],
      message: 'give exactly one of email, username and phoneNumber',
    }),
  output: LoggedIn,
  errors: ['INVALID_CREDENTIALS'],
  rest: { method: 'POST', path: '/api/auth/login' },
})

export const me = route('me', {
  summary: 'Who I am',
  access: 'user',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ user: OwnUser }),
  errors: [],
  rest: { method: 'GET', path: '/api/auth/me' },
})

export const checkSession = route('checkSession', {
  summary: 'Whether I am logged in; always 200',
  access: 'public',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ user: OwnUser.nullable() }),
  errors: [],
  rest: { method: 'GET', path: '/api/auth/check' },
})

export const refresh = route('refresh', {
  summary: 'A new access token and the refresh token’s successor',
  access: 'public',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ refreshToken: text(1, 500).optional() }),
  output: z.strictObject({
    accessToken: z.string(),
    refreshToken: z.string().nullable().describe('null when a bearer alone asked'),
    tokens: z.strictObject({ accessToken: z.string(), refreshToken: z.string().nullable() }),
    token: z.string(),
  }),
  errors: ['INVALID_REFRESH_TOKEN'],
  rest: { method: 'POST', path: '/api/auth/refresh', aliases: [{ method: 'POST', path: '/api/auth/refresh-token' }] },
})

export const logout = route('logout', {
  summary: 'End this session, and its sockets',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  rest: { method: 'POST', path: '/api/auth/logout' },
})

export const logoutAll = route('logoutAll', {
  summary: 'End all my sessions',
  access: 'user',
  rate: { points: 20, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ ended: z.int() }),
  errors: [],
  rest: { method: 'POST', path: '/api/auth/logout-all' },
})

export const Session = z
  .strictObject({
    id: Id,
    device: z.string().describe('What the User-Agent header says, in short'),
    ip: z.string(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp,
    expiresAt: Timestamp,
    current: z.boolean(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

export const listSessions = route('listSessions', {
  summary: 'Where I am logged in',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ sessions: z.array(Session) }),
  errors: [],
  rest: { method: 'GET', path: '/api/auth/sessions' },
})

export const endSession = route('endSession', {
  summary: 'Log one of my devices out',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ sessionId: Id }),
  output: z.strictObject({}),
  errors: ['SESSION_NOT_FOUND'],
  rest: { method: 'DELETE', path: '/api/auth/sessions/:sessionId' },
})

export const changePassword = route('changePassword', {
  summary: 'Change my password; my other sessions end',
  access: 'user',
  rate: { points: 10, seconds: 900 },
  input: z
    .strictObject({ currentPassword: GivenPassword, newPassword: NewPassword, confirmPassword: text(1, 200) })
    .refine((input) => input.newPassword === input.confirmPassword, { path: ['confirmPassword'], message: 'must equal newPassword' }),
  output: z.strictObject({}),
  errors: ['WRONG_PASSWORD', 'RULE_BROKEN'],
  rest: { method: 'PUT', path: '/api/auth/password' },
})

export const csrfToken = route('csrfToken', {
  summary: 'A token for X-CSRF-Token, required of cookie clients where CSRF=token',
  access: 'public',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ csrfToken: z.string() }),
  errors: [],
  rest: { method: 'GET', path: '/api/auth/csrf' },
})

export const demoLogin = route('demoLogin', {
  summary:
    'Log in as one of the demo people. Development only, from the machine itself; sets no cookie, so that two tabs can be two people',
  access: 'loopback',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ username: text(1, 50) }),
  output: LoggedIn,
  errors: ['NOT_FOUND'],
  rest: { method: 'POST', path: '/dev/demo-login' },
})

/** The one command that a socket may send before it is authenticated. */
export const authenticate = command('authenticate', {
  summary: 'Log a socket in within 10 seconds of connecting, where the handshake carried no token',
  access: 'public',
  rate: { points: 20, seconds: 60 },
  input: z.strictObject({ token: text(1, 4000) }),
  output: z.strictObject({ user: OwnUser }),
  errors: [],
})

export const authenticated = event('authenticated', {
  summary: 'The socket belongs to a session now',
  payload: z.strictObject({ user: OwnUser }),
})

export const authenticationError = event('authentication_error', {
  summary: 'The token given by `authenticate` is not valid, or none was given in time',
  payload: z.strictObject({ message: z.string() }),
})
