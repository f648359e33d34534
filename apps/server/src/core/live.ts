import type { Event, PayloadOf } from '@parley/protocol/define'

/** The sockets connected to this process, as modules may speak to them. */
export interface Live {
  /** Sends an event to every socket of each user given, once, encoded once. */
  toUsers<E extends Event>(userIds: Iterable<string>, event: E, payload: PayloadOf<E>): void
  /** Closes the sockets of these sessions at once; nothing is written to them any more when it returns. */
  endSessions(sessionIds: readonly string[]): void
}
