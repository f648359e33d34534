/** What the tabs of one account say to each other. */
import type { ErrorCode } from '@parley/protocol/errors'
import type { ConnectionState, EventName, Events } from './events.ts'
import type { Opened, SessionChange } from './line.ts'
import type { Input } from './method.ts'
import { type LocalErrorCode, ParleyError } from './parley-error.ts'

/** A `ParleyError` on its way to another tab. */
export interface TabFailure {
  readonly code: ErrorCode | LocalErrorCode
  readonly message: string
  readonly status: number | undefined
  readonly errors: ParleyError['errors']
  readonly retryAfter: number | undefined
}

/** How the connection is; `opened` while it's online. */
export interface LineState {
  readonly state: ConnectionState
  readonly opened: Opened | undefined
}

/** How much a tab wants the connection. `now`: somebody waits for it. */
export type Wish = 'none' | 'quietly' | 'now'

/** What the leader passes on, in the order in which it happened. */
export type Passed = { readonly kind: 'state'; readonly line: LineState } | { readonly kind: 'event'; readonly event: TabEvent }

interface TabEvent {
  readonly name: EventName
  readonly payload: Events[EventName]
}

/** Of the leader. `term` is its time in office, and each message passed on is the next number of it. */
export type LeaderMessage =
  | { readonly kind: 'leading'; readonly term: string }
  | { readonly kind: 'welcome'; readonly to: string; readonly term: string; readonly number: number; readonly line: LineState }
  | { readonly kind: 'passed'; readonly term: string; readonly number: number; readonly passed: Passed }
  | { readonly kind: 'not_open'; readonly to: string; readonly failure: TabFailure }
  | { readonly kind: 'answer'; readonly to: string; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly to: string; readonly failure: TabFailure }

/** To the leader. `from` names the question: the answer bears it as `to`. */
export type FollowerMessage =
  | { readonly kind: 'hello'; readonly from: string; readonly wish: Wish }
  | {
      readonly kind: 'command'
      readonly from: string
      readonly term: string
      /** Milliseconds since 1970, by the clock that all tabs share. */
      readonly sentAt: number
      /** Whom it is asked for: the connection may be somebody else's by now. */
      readonly userId: string
      readonly name: string
      readonly input: Input
    }

/** To all, from whichever tab. */
interface SessionMessage {
  readonly kind: 'session'
  readonly change: SessionChange
}

/** To all, from whichever tab: a message of this id isn't to be sent after all. */
interface DiscardedMessage {
  readonly kind: 'discarded'
  readonly tempId: string
}

export type TabMessage = LeaderMessage | FollowerMessage | SessionMessage | DiscardedMessage

/** A leader that hasn't answered for this long counts as frozen: what it was asked for then is off. Milliseconds. */
export const leaderPatienceMs = 5000

export const toTabFailure = ({ code, message, status, errors, retryAfter }: ParleyError): TabFailure => ({
  ...{ code, message, status, errors, retryAfter },
})

export const fromTabFailure = ({ code, message, ...facts }: TabFailure): ParleyError => new ParleyError(code, message, facts)
