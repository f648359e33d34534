import {
  blockUser,
  getAvatar,
  getProfile,
  getSettings,
  getUser,
  listBlocked,
  searchUsers,
  unblockUser,
  updateProfile,
  updateSettings,
} from '@parley/protocol/users'
import { type AuthorisationRow, everybody, everyUser } from '../../core/authz.ts'

export const rows: AuthorisationRow[] = [
  everyUser(getProfile, () => ({})),
  everyUser(updateProfile, () => ({ bio: 'New here' })),
  everyUser(getSettings, () => ({})),
  everyUser(updateSettings, () => ({ theme: 'dark' as const, privacy: { lastSeen: 'nobody' as const } })),
  everyUser(blockUser, ({ outsider }) => ({ userId: outsider.id })),
  everyUser(unblockUser, ({ outsider }) => ({ userId: outsider.id })),
  everyUser(listBlocked, () => ({})),
  everyUser(searchUsers, () => ({ q: 'a' })),
  // Whoever has an account can be found, so whoever is logged in may look.
  everyUser(getUser, ({ outsider }) => ({ userId: outsider.id })),
  everybody(getAvatar, ({ bystander }) => ({ userId: bystander.id, initials: 'AB' })),
]
