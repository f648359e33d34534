/** The way to the server that events come and commands go by; whether it's this client's own or shared with others. */
import type { OwnUser } from '@parley/protocol/users'
import type { ConnectionState } from './events.ts'
import type { Input } from './method.ts'

/** What the server says once it knows who this is. */
export interface Opened {
  readonly user: OwnUser
}

/** `login`: somebody is logged in now, perhaps another person. Else nobody is, for the reason that `logged_out` tells. */
export type SessionChange = 'login' | 'logout' | 'refused'

/** Every method that returns a promise rejects with a `ParleyError`. */
export interface Line {
  readonly state: ConnectionState
  /** Who the server knows us to be, while online. */
  readonly opened: Opened | undefined
  /** Resolves once the server knows who this is; rejects with the first failure, after which attempts go on where that may help. */
  open(): Promise<Opened>
  /** Somebody listens: connect when there's a session, quietly. */
  want(): void
  /** A message of this id isn't to be sent after all: tells whoever else may be about to. */
  discarded(tempId: string): void
  sessionChanged(change: SessionChange): void
  /** Offline until `open()`. */
  close(): void
  /** One command of this person and its acknowledgement. Only while online as them. */
  command(name: string, input: Input, userId: string): Promise<unknown>
}
