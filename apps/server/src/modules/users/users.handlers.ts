import * as contract from '@parley/protocol/users'
import { type Binding, implement, TextAnswer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { drawAvatar } from './avatar.ts'
import { blockUser, unblockUser } from './block-user.ts'
import { listBlocked } from './list-blocked.ts'
import { searchUsers } from './search-users.ts'
import { updateSettings } from './settings.ts'
import { presentTo } from './sights.ts'
import { updateProfile } from './update-profile.ts'
import type { UsersDeps } from './users.deps.ts'
import { presentOwn, presentSettings } from './users.present.ts'
import { findUser, findUsers } from './users.queries.ts'

/** A picture only: whoever opens it as a page gets one that may load and run nothing. */
const avatarHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
}

export function createHandlers(deps: UsersDeps): Binding[] {
  const { statusOf } = deps
  const { query } = deps.database
  return implement(contract, {
    updateProfile: (call) => updateProfile(call, deps),
    searchUsers: (call) => searchUsers(call, deps),
    updateSettings: (call) => updateSettings(call, deps),
    blockUser: (call) => blockUser(call, deps),
    unblockUser: (call) => unblockUser(call, deps),
    listBlocked: (call) => listBlocked(call, deps),

    async getSettings({ viewer }) {
      const row = await findUser(query, viewer.userId)
      ensure(row, 'UNAUTHENTICATED')
      return { settings: presentSettings(row) }
    },

    async getProfile({ viewer }) {
      const row = await findUser(query, viewer.userId)
      ensure(row, 'UNAUTHENTICATED')
      return { user: presentOwn(row, statusOf) }
    },

    async getUser({ viewer, input }) {
      const rows = await findUsers(query, [input.userId])
      const [user] = await presentTo(viewer.userId, rows, query, deps)
      ensure(user, 'USER_NOT_FOUND')
      return { user }
    },

    async getAvatar({ input }) {
      return new TextAnswer('image/svg+xml; charset=utf-8', drawAvatar(input.userId, input.initials), avatarHeaders)
    },
  })
}
