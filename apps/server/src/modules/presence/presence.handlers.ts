import * as contract from '@parley/protocol/presence'
import { type Binding, implement } from '../../core/call.ts'
import type { AttendanceBook } from './attendance.ts'
import type { PresenceDeps } from './presence.deps.ts'
import type { Typing } from './typing.ts'

const mostWatched = 200

export const presenceHandlers = ({ findFor, partnersOf }: PresenceDeps, attendance: AttendanceBook, typing: Typing): Binding[] =>
  implement(contract, {
    typingStart: async ({ viewer, input }) => {
      await typing.start(viewer.userId, input.chatId)
      return {}
    },
    typingStop: async ({ viewer, input }) => {
      await typing.stopIn(viewer.userId, input.chatId)
      return {}
    },
    // Watched first and read second, so that whoever comes in between is seen by one of the two.
    watchPresence: async ({ viewer, input }) => {
      const partners = input.partners ? await partnersOf(viewer.userId, mostWatched) : []
      const userIds = [...new Set([...input.userIds, ...partners])].slice(0, mostWatched)
      attendance.watch(viewer, userIds)
      const people = [...(await findFor(viewer.userId, userIds)).values()]
      attendance.shown(
        viewer,
        people.flatMap(({ id, status }) => (status === 'offline' ? [] : [id])),
      )
      return { presences: people.map(({ id, status, customStatus, lastSeen }) => ({ userId: id, status, customStatus, lastSeen })) }
    },
  })
