import type { OwnUser, PublicUser, UserSettings } from '@parley/protocol/users'
import type { UserRow } from '../../platform/database/tables.ts'
import { generatedAvatarUrl } from './avatar.ts'

/** Whether somebody is there; that is known from sockets and nowhere stored. */
export type StatusOf = (userId: string) => PublicUser['status']

/**
 * A person as everybody sees them, whoever reads it: that somebody is there, or was, is not for all eyes. Member by member, so
 * that a new column stays private until somebody decides otherwise.
 */
export function presentPublic(row: UserRow): PublicUser {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    avatar: row.avatar_url ?? generatedAvatarUrl(row.id, row.name),
    bio: row.bio,
    location: row.location,
    website: row.website,
    status: 'offline',
    customStatus: null,
    lastSeen: null,
    nativeLanguage: row.native_language,
    learningLanguages: row.learning_languages,
    createdAt: row.created_at.toISOString(),
  }
}

/** A person as they see themselves. Accounts have passwords and nothing else to log in with, so far. */
export function presentOwn(row: UserRow, statusOf: StatusOf): OwnUser {
  return {
    ...presentPublic(row),
    status: statusOf(row.id),
    lastSeen: row.last_seen_at?.toISOString() ?? null,
    email: row.email,
    phoneNumber: row.phone_number,
    onboardingCompleted: row.native_language !== null && row.learning_languages.length > 0,
    profileCompleted: row.username !== '' && row.name !== '',
    theme: row.theme,
    settings: presentSettings(row),
    twoFactorEnabled: false,
    oauthProvider: 'local',
    role: row.role,
    isPremium: false,
  }
}

export const presentSettings = ({ theme, privacy }: Pick<UserRow, 'theme' | 'privacy'>): UserSettings => ({
  theme,
  privacy: { online: 'everyone', lastSeen: 'everyone', ...privacy },
})
