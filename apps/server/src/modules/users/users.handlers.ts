import * as contract from '@parley/protocol/users'
import { type Binding, implement, TextAnswer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import { drawAvatar } from './avatar.ts'
import { searchUsers } from './search-users.ts'
import { updateProfile } from './update-profile.ts'
import type { UsersDeps } from './users.deps.ts'
import { presentOwn, presentPublic } from './users.present.ts'
import { findUser } from './users.queries.ts'

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

    async getProfile({ viewer }) {
      const row = await findUser(query, viewer.userId)
      ensure(row, 'UNAUTHENTICATED')
      return { user: presentOwn(row, statusOf) }
    },

    async getUser({ input }) {
      const row = await findUser(query, input.userId)
      ensure(row, 'USER_NOT_FOUND')
      return { user: presentPublic(row, statusOf) }
    },

    async getAvatar({ input }) {
      return new TextAnswer('image/svg+xml; charset=utf-8', drawAvatar(input.userId, input.initials), avatarHeaders)
    },
  })
}
