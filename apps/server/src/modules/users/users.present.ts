import type { OwnUser, PublicUser } from '@parley/protocol/users'
import type { UserRow } from '../../platform/database/tables.ts'
import { generatedAvatarUrl } from './avatar.ts'

/** Whether somebody is there; that is known from sockets and nowhere stored. */
export type StatusOf = (userId: string) => PublicUser['status']

/** A person as others see them. Member by member, so that a new column stays private until somebody decides otherwise. */
export function presentPublic(row: UserRow, statusOf: StatusOf): PublicUser {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    avatar: row.avatar_url ?? generatedAvatarUrl(row.id, row.name),
    bio: row.bio,
    location: row.location,
    website: row.website,
    status: statusOf(row.id),
    customStatus: null,
    lastSeen: row.last_seen_at?.toISOString() ?? null,
    nativeLanguage: row.native_language,
    learningLanguages: row.learning_languages,
    createdAt: row.created_at.toISOString(),
  }
}

/** A person as they see themselves. Accounts have passwords and nothing else to log in with, so far. */
export function presentOwn(row: UserRow, statusOf: StatusOf): OwnUser {
  return {
    ...presentPublic(row, statusOf),
    email: row.email,
    phoneNumber: row.phone_number,
    onboardingCompleted: row.native_language !== null && row.learning_languages.length > 0,
    profileCompleted: row.username !== '' && row.name !== '',
    theme: row.theme,
    settings: { privacy: { online: 'everyone', lastSeen: 'everyone' }, theme: row.theme },
    twoFactorEnabled: false,
    oauthProvider: 'local',
    role: row.role,
    isPremium: false,
  }
}
