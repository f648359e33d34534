import { getAvatar, getProfile, getUser, searchUsers, updateProfile } from '@parley/protocol/users'
import { type AuthorisationRow, everybody, everyUser } from '../../core/authz.ts'

export const rows: AuthorisationRow[] = [
  everyUser(getProfile, () => ({})),
  everyUser(updateProfile, () => ({ bio: 'New here' })),
  everyUser(searchUsers, () => ({ q: 'a' })),
  // Whoever has an account can be found, so whoever is logged in may look.
  everyUser(getUser, ({ outsider }) => ({ userId: outsider.id })),
  everybody(getAvatar, ({ bystander }) => ({ userId: bystander.id, initials: 'AB' })),
]
