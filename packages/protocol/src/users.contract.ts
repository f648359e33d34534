/** People: how they appear to themselves, to others, and how they are found. */
import { z } from 'zod'
import { route } from './define.ts'
import { Id, PageLimit, Timestamp, text, trimmed } from './fields.ts'

export const Username = z
  .string()
  .trim()
  .min(2)
  .max(50)
  .regex(/^[\p{L}\p{N}_.-]+$/u, 'may hold letters, digits, dots, dashes and underscores only')

export const Presence = z.enum(['online', 'away', 'dnd', 'offline'])
export const Theme = z.enum(['light', 'dark', 'auto'])

/** A person as others see them: never an e-mail address or a phone number. */
export const PublicUser = z
  .strictObject({
    id: Id,
    username: z.string(),
    name: z.string(),
    avatar: z.string().describe('A URL, always, relative to the server’s own; a generated picture until one is uploaded.'),
    bio: z.string().nullable(),
    location: z.string().nullable(),
    website: z.string().nullable(),
    status: Presence.describe(
      'As the reader may see it. In what reads the same for everybody, events and a chat just made, it is offline and `lastSeen` null: `watch_presence` tells.',
    ),
    customStatus: z.string().nullable(),
    lastSeen: Timestamp.nullable(),
    nativeLanguage: z.string().nullable(),
    learningLanguages: z.array(z.string()),
    createdAt: Timestamp,
  })
  .meta({ id: 'PublicUser' })
export type PublicUser = z.infer<typeof PublicUser>

/** Contacts are the people whom I share a chat with. */
export const Visibility = z.enum(['everyone', 'contacts', 'nobody'])
export type Visibility = z.infer<typeof Visibility>

export const Privacy = z
  .strictObject({
    online: Visibility.describe('Who sees that I am there, and that I am writing'),
    lastSeen: Visibility.describe('Who sees when I was last there'),
  })
  .meta({ id: 'Privacy' })
export type Privacy = z.infer<typeof Privacy>

export const UserSettings = z.strictObject({ theme: Theme, privacy: Privacy }).meta({ id: 'UserSettings' })
export type UserSettings = z.infer<typeof UserSettings>

/** A person as they see themselves. */
export const OwnUser = PublicUser.extend({
  email: z.string().nullable(),
  phoneNumber: z.string().nullable().describe('E.164'),
  onboardingCompleted: z.boolean(),
  profileCompleted: z.boolean(),
  theme: Theme,
  settings: UserSettings,
  twoFactorEnabled: z.boolean(),
  oauthProvider: z.enum(['local', 'google', 'github', 'facebook']),
  role: z.enum(['user', 'admin']),
  isPremium: z.boolean(),
}).meta({ id: 'OwnUser' })
export type OwnUser = z.infer<typeof OwnUser>

const Website = z
  .url({ protocol: /^https?$/, hostname: z.regexes.domain })
  .max(200)
  .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'must be a plain address')

/** Every member may be left out; an empty string or null clears what may be empty. */
export const ProfileChanges = z.strictObject({
  username: Username.optional(),
  name: trimmed(2, 50).optional(),
  bio: text(0, 500).nullable().optional(),
  location: text(0, 100).nullable().optional(),
  website: z
    .union([Website, z.literal('')])
    .nullable()
    .optional(),
  nativeLanguage: text(0, 50).nullable().optional(),
  learningLanguages: z.array(trimmed(1, 50)).max(20).optional(),
  theme: Theme.optional(),
})

export const getProfile = route('getProfile', {
  summary: 'My own profile',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({}),
  output: z.strictObject({ user: OwnUser }),
  errors: [],
  rest: { method: 'GET', path: '/api/users/profile' },
})

export const updateProfile = route('updateProfile', {
  summary: 'Change my profile; what is left out stays',
  access: 'user',
  rate: { points: 30, seconds: 60 },
  input: ProfileChanges,
  output: z.strictObject({ user: OwnUser }),
  errors: ['USERNAME_TAKEN'],
  rest: {
    method: 'PUT',
    path: '/api/users/profile',
    aliases: [{ method: 'PUT', path: '/api/auth/profile' }],
    fields: { fullName: 'name', displayName: 'name' },
  },
})

const Settings = z.strictObject({ settings: UserSettings })

export const getSettings = route('getSettings', {
  summary: 'My settings',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({}),
  output: Settings,
  errors: [],
  rest: { method: 'GET', path: '/api/users/settings' },
})

export const updateSettings = route('updateSettings', {
  summary: 'Change my settings; what is left out stays',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ theme: Theme.optional(), privacy: Privacy.partial().optional() }),
  output: Settings,
  errors: [],
  rest: { method: 'PUT', path: '/api/users/settings' },
})

export const blockUser = route('blockUser', {
  summary: 'Block a person: no private messages between us, and nothing of my presence for them; they are not told',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ userId: Id }),
  output: z.strictObject({}),
  errors: ['USER_NOT_FOUND', 'RULE_BROKEN'],
  rest: { method: 'POST', path: '/api/users/block', aliases: [{ method: 'POST', path: '/api/auth/block/:userId' }] },
})

export const unblockUser = route('unblockUser', {
  summary: 'Let a blocked person reach me again',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ userId: Id }),
  output: z.strictObject({}),
  errors: ['USER_NOT_FOUND'],
  rest: { method: 'POST', path: '/api/users/unblock', aliases: [{ method: 'DELETE', path: '/api/auth/block/:userId' }] },
})

export const listBlocked = route('listBlocked', {
  summary: 'Whom I blocked, the latest first',
  access: 'user',
  rate: { points: 120, seconds: 60 },
  input: z.strictObject({ before: text(1, 200).optional(), limit: PageLimit }),
  output: z.strictObject({ users: z.array(PublicUser), nextCursor: z.string().nullable().describe('Pass as `before`') }),
  errors: [],
  rest: { method: 'GET', path: '/api/users/blocked' },
})

export const searchUsers = route('searchUsers', {
  summary: 'Find people by the start of their username or of a word of their name; never by e-mail address or phone number',
  access: 'user',
  rate: { points: 60, seconds: 60 },
  input: z.strictObject({ q: trimmed(1, 100), limit: PageLimit, before: text(1, 600).optional() }),
  output: z.strictObject({ users: z.array(PublicUser), nextCursor: z.string().nullable() }),
  errors: [],
  rest: { method: 'GET', path: '/api/users/search' },
})

export const getUser = route('getUser', {
  summary: 'One person, as others see them',
  access: 'user',
  rate: { points: 240, seconds: 60 },
  input: z.strictObject({ userId: Id }),
  output: z.strictObject({ user: PublicUser }),
  errors: ['USER_NOT_FOUND'],
  rest: { method: 'GET', path: '/api/users/:userId' },
})

export const getAvatar = route('getAvatar', {
  summary: 'The generated picture: initials on a colour of one’s own. Made of nothing but the address, so it tells nothing more',
  access: 'public',
  rate: { points: 1200, seconds: 60 },
  input: z.strictObject({ userId: Id, initials: text(1, 8) }),
  output: z.string(),
  errors: [],
  rest: { method: 'GET', path: '/api/avatars/:userId', produces: 'image/svg+xml' },
})
