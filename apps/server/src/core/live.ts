import type { Event, PayloadOf } from '@parley/protocol/define'
import type { Viewer } from './call.ts'

/** One event, as it is said to whoever is to hear it. */
export interface Said<E extends Event = Event> {
  readonly event: E
  readonly payload: PayloadOf<E>
}

/** The sockets connected to this process, as modules may speak to them. */
export interface Live {
  /** Sends an event to every socket of each user given, once, encoded once. */
  toUsers<E extends Event>(userIds: Iterable<string>, event: E, payload: PayloadOf<E>): void
  /** Sends several events, in this order, to every socket of each user given: each is encoded once, and all leave in one write. */
  allToUsers(userIds: Iterable<string>, said: readonly Said[]): void
  /** The same for every socket of each session given. */
  toSessions<E extends Event>(sessionIds: Iterable<string>, event: E, payload: PayloadOf<E>): void
  /** Whether a user has a socket here. */
  isHere(userId: string): boolean
  /** Whoever has a socket here, once each. */
  userIds(): string[]
  /** The sessions that have sockets here. */
  sessionIds(): string[]
  /** Closes the sockets of these sessions at once; nothing is written to them any more when it returns. */
  endSessions(sessionIds: readonly string[]): void
}

/** Events that may get lost, as modules send them to sockets of every process. */
export interface Broadcast {
  /** `chatId`: what the event is about; other processes tell those alone who are in that chat when they write it (P2), and so must the caller. */
  toUsers<E extends Event>(
    audience: { readonly userIds: readonly string[]; readonly chatId?: string },
    event: E,
    payload: PayloadOf<E>,
  ): void
}

/** Hears of sockets that belong to somebody. */
export interface Attendance {
  arrived(viewer: Viewer, socketId: string): void
  left(viewer: Viewer, socketId: string): void
}
